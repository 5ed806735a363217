/**
 * Finds the pattern of a record without changing the pattern table, for explanations. A shape that has no row and fits
 * no learned slot is signed by a small table of its own, whose ids are the same, because an id is a function of scope
 * and template.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import { severityClassOf } from "../../model/severity.ts";
import type { ExplainedToken } from "./explain-line.ts";
import { explainLine } from "./explain-line.ts";
import { BodyTemplate } from "./mask/body-template.ts";
import { TEMPLATE_START } from "./mask/template-writer.ts";
import type { SignatureSettings } from "./signature-stage.ts";
import { SignatureStage } from "./signature-stage.ts";
import { templateText } from "./table/template-text.ts";

export interface InspectedPattern {
  /** Row of the pattern table; -1 if the record would make a new pattern. */
  readonly row: number;
  readonly id: string;
  readonly template: string;
  /** The record's own template, `<*>` for every slot, before learned words are masked. */
  readonly masked: string;
  /** Ids that are reported as this pattern since they were merged, MAX_ALIASES at most. */
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
  /** Settings of the small table. */
  readonly #settings: SignatureSettings;
  readonly #template: BodyTemplate;
  /** Row in the small table of the record that `#fresh` signed last. */
  #signedRow = 0;

  constructor(stage: SignatureStage, settings: Pick<SignatureSettings, "maxBytes" | "maxWords" | "hashKey">) {
    this.#stage = stage;
    this.#settings = { ...settings, maxPatterns: SMALLEST_TABLE, maxServices: 1 };
    this.#template = new BodyTemplate(settings.maxBytes, settings.maxWords);
  }

  /** @param text the record's body; "" if it is no text, which gives no tokens */
  inspect(batch: LogBatch, i: number, text: string): InspectedPattern {
    const line = this.#template;
    const service = batch.resources[batch.scopes[batch.scope[i]].resource].service;
    const severityClass = severityClassOf(batch.severity[i]);
    const end = line.ofRecord(batch, i);
    const known = this.#stage.peek(service, severityClass, line, end);
    const fresh = known >= 0 ? this.#stage : this.#fresh(batch, i);
    // The id of a new shape may be an alias in the policy document.
    const aliased = known >= 0 ? -1 : this.#stage.patterns.find(fresh.patterns.id(this.#signedRow));
    const row = known >= 0 ? known : aliased;
    const { patterns } = row >= 0 ? this.#stage : fresh;
    const at = row >= 0 ? row : this.#signedRow;
    const template = patterns.templateBytes(at);
    const ofText = template.subarray(0, Math.max(0, template.length - (end - line.templateTextEnd)));
    const id = patterns.id(at);
    return {
      row,
      id,
      template: patterns.template(at),
      masked: templateText(line.bytes.subarray(TEMPLATE_START, end)),
      aliases: this.#aliasesOf(id),
      service,
      severityClass,
      tokens: text === "" ? [] : explainLine(batch.bytes, line.textStart, line.textEnd, ofText),
    };
  }

  #aliasesOf(id: string): string[] {
    const aliases: string[] = [];
    for (const [old, canonical] of this.#stage.patterns.aliases()) {
      if (canonical === id && aliases.push(old) === MAX_ALIASES) break;
    }
    return aliases;
  }

  /** A small table that has signed the record alone. */
  #fresh(batch: LogBatch, i: number): SignatureStage {
    const stage = new SignatureStage(this.#settings);
    const kept = batch.pattern[i];
    stage.assign(batch, i, i + 1);
    this.#signedRow = batch.pattern[i];
    batch.pattern[i] = kept;
    return stage;
  }
}
