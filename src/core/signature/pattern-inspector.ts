/**
 * Looks records up without teaching the table anything: for explanations. A shape that the table does not know, and that
 * fits no learned slot, is signed by a small table of its own, whose ids are the same: an id is a function of the record
 * and its scope.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import { severityClassOf } from "../../model/severity.ts";
import type { ExplainedToken } from "./explain-line.ts";
import { explainLine } from "./explain-line.ts";
import { BodyTemplate } from "./mask/body-template.ts";
import { TEMPLATE_START } from "./mask/template-writer.ts";
import type { SignatureSettings } from "./signature-stage.ts";
import { SignatureStage } from "./signature-stage.ts";
import { SCOPE_CLASS_BITS } from "./table/pattern-table.ts";
import { templateText } from "./table/template-text.ts";

export interface InspectedPattern {
  /** Row of the pattern table, -1 when the record would make a new pattern. */
  readonly row: number;
  readonly id: string;
  readonly template: string;
  /** The record's own template, `<*>` for every slot: before learned words were masked. */
  readonly masked: string;
  /** Ids that lead to the pattern since it was merged, MAX_ALIASES at most. */
  readonly aliases: readonly string[];
  readonly service: string;
  /** Index into SEVERITY_CLASSES. */
  readonly severityClass: number;
  readonly tokens: readonly ExplainedToken[];
}

const SMALLEST_TABLE = 16;
const MAX_ALIASES = 20;

export class PatternInspector {
  readonly #stage: SignatureStage;
  /** Of the table of its own. */
  readonly #settings: SignatureSettings;
  readonly #template: BodyTemplate;
  /** Row that the table of its own gave the record signed last. */
  #signedRow = 0;

  constructor(stage: SignatureStage, settings: Pick<SignatureSettings, "maxBytes" | "maxWords" | "hashKey">) {
    this.#stage = stage;
    this.#settings = { ...settings, maxPatterns: SMALLEST_TABLE, maxServices: 1 };
    this.#template = new BodyTemplate(settings.maxBytes, settings.maxWords);
  }

  /** @param text the record's body as text; "" when it is not text, and there are no tokens to show */
  inspect(batch: LogBatch, i: number, text: string): InspectedPattern {
    const line = this.#template;
    const service = batch.resources[batch.scopes[batch.scope[i]].resource].service;
    const severityClass = severityClassOf(batch.severity[i]);
    const end = line.ofRecord(batch, i);
    const known = this.#find(service, severityClass, end);
    const fresh = known >= 0 ? this.#stage : this.#fresh(batch, i);
    // A policy document may call the id of a new shape an alias.
    const told = known >= 0 ? -1 : this.#stage.find(fresh.id(this.#signedRow));
    const row = known >= 0 ? known : told;
    const stage = row >= 0 ? this.#stage : fresh;
    const at = row >= 0 ? row : this.#signedRow;
    const bytes = stage.table.templateBytes(at);
    const ofText = bytes.subarray(0, Math.max(0, bytes.length - (end - line.templateTextEnd)));
    const tokens = text === "" ? [] : explainLine(batch.bytes, line.textStart, line.textEnd, ofText);
    const masked = templateText(line.bytes, TEMPLATE_START, end);
    const id = stage.id(at);
    return {
      row,
      id,
      template: stage.template(at),
      masked,
      aliases: this.#aliasesOf(id),
      service,
      severityClass,
      tokens,
    };
  }

  #aliasesOf(id: string): string[] {
    const aliases: string[] = [];
    for (const [old, canonical] of this.#stage.aliases()) {
      if (canonical === id && aliases.push(old) === MAX_ALIASES) break;
    }
    return aliases;
  }

  #find(service: string, severityClass: number, end: number): number {
    const number = this.#stage.table.services.find(service);
    if (number < 0) return -1;
    const template = this.#template.bytes.subarray(TEMPLATE_START, end);
    return this.#stage.peek((number << SCOPE_CLASS_BITS) | severityClass, this.#template.words, template);
  }

  #fresh(batch: LogBatch, i: number): SignatureStage {
    const stage = new SignatureStage(this.#settings, () => undefined);
    const kept = batch.pattern[i];
    stage.assign(batch, i, i + 1);
    this.#signedRow = batch.pattern[i];
    batch.pattern[i] = kept;
    return stage;
  }
}
