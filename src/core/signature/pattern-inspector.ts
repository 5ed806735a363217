import type { LogBatch } from "../../model/log-batch.ts";
import { severityClassOf } from "../../model/severity.ts";
import { BodyTemplate, FIRST_WORD } from "./body-template.ts";
import type { ExplainedToken } from "./explain-line.ts";
import { explainLine } from "./explain-line.ts";
import { SignatureStage } from "./signature-stage.ts";

/**
 * Looks records up without teaching the table anything: for explanations. A shape that the table does not know is signed
 * by a small table of its own, whose ids are the same, because an id is a function of the record and its scope.
 */
export interface InspectedPattern {
  /** Row of the pattern table, -1 when no record of this shape was seen. */
  readonly row: number;
  readonly id: string;
  readonly template: string;
  readonly service: string;
  /** Index into SEVERITY_CLASSES. */
  readonly severityClass: number;
  readonly tokens: readonly ExplainedToken[];
}

const SMALLEST_TABLE = 16;

export class PatternInspector {
  readonly #stage: SignatureStage;
  readonly #maxBytes: number;
  readonly #hashKey: Uint8Array;
  readonly #template: BodyTemplate;
  /** Row that the table of its own gave the record signed last. */
  #signedRow = 0;

  constructor(stage: SignatureStage, settings: { readonly maxBytes: number; readonly hashKey: Uint8Array }) {
    this.#stage = stage;
    this.#maxBytes = settings.maxBytes;
    this.#hashKey = settings.hashKey;
    this.#template = new BodyTemplate(settings.maxBytes);
  }

  /** @param text the record's body as text, for its tokens; "" when it is not text */
  inspect(batch: LogBatch, i: number, text: string): InspectedPattern {
    const service = batch.resources[batch.scopes[batch.scope[i]].resource].service;
    const severityClass = severityClassOf(batch.severity[i]);
    const { table } = this.#stage;
    const scope = table.scopeOf(service, severityClass);
    const isEvent = batch.eventEnd[i] > batch.eventStart[i];
    const end = isEvent
      ? this.#template.ofEvent(batch.bytes, batch.eventStart[i], batch.eventEnd[i])
      : this.#template.ofBody(batch.bodyKind[i], batch.bytes, batch.bodyStart[i], batch.bodyEnd[i]);
    const row = table.find(scope, this.#template.words, FIRST_WORD, (end + 3) >> 2);
    const stage = row >= 0 ? this.#stage : this.#fresh(batch, i);
    const at = row >= 0 ? row : this.#signedRow;
    const template = stage.template(at);
    const tokens = isEvent ? [] : explainLine(text, template);
    return { row, id: stage.id(at), template, service, severityClass, tokens };
  }

  #fresh(batch: LogBatch, i: number): SignatureStage {
    const settings = { maxPatterns: SMALLEST_TABLE, maxBytes: this.#maxBytes, maxServices: 1, hashKey: this.#hashKey };
    const stage = new SignatureStage(settings, () => undefined);
    const kept = batch.pattern[i];
    stage.assign(batch, i, i + 1);
    this.#signedRow = batch.pattern[i];
    batch.pattern[i] = kept;
    return stage;
  }
}
