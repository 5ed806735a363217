/**
 * The signature stage of the data plane: gives every record of a batch its row in the pattern table.
 * A known shape costs one scan of the body and one look-up, without a string or an allocation. New shapes take the slow
 * path, where merges are learned.
 * Bounds: `maxPatterns`, `maxBytes`, `maxWords`, `maxServices`.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import { severityClassOf } from "../../model/severity.ts";
import { ShapeBreaker } from "./learn/shape-breaker.ts";
import { TemplateLearner } from "./learn/template-learner.ts";
import { BodyTemplate, FIRST_WORD, wordAfter } from "./mask/body-template.ts";
import { TEMPLATE_START } from "./mask/template-writer.ts";
import { PatternCatalog } from "./table/pattern-catalog.ts";
import { PatternColumns } from "./table/pattern-columns.ts";
import type { PatternListener } from "./table/pattern-table.ts";
import { OVERFLOW_ROW, PatternTable } from "./table/pattern-table.ts";
import type { SeedPattern } from "./table/policy-seeds.ts";
import { PolicySeeds } from "./table/policy-seeds.ts";
import { scopeLimit, scopeOf } from "./table/scope.ts";
import { SlotAlignment } from "./table/slot-alignment.ts";
import { TemplateHash } from "./table/template-hash.ts";

export interface SignatureSettings {
  /** Rows of the pattern table; at least 16. */
  readonly maxPatterns: number;
  /** Bytes of a body that are examined. */
  readonly maxBytes: number;
  /** Words of a body that are examined; the scanner's default if absent. */
  readonly maxWords?: number;
  /** Services with patterns of their own; all others share the service `other`. */
  readonly maxServices: number;
  /** 16 secret bytes for the table's hash; ids do not depend on them. */
  readonly hashKey: Uint8Array;
}

/** Counters since the start and sizes now. */
export interface SignatureStats {
  /** Rows in use, merged shapes and the overflow row included. */
  readonly rows: number;
  /** Shapes that got a row, and rows that were taken away again. */
  readonly created: number;
  readonly evicted: number;
  /** Scopes whose new shapes are reported as coarse patterns now, and the records that were. */
  readonly coarseScopes: number;
  readonly coarseRecords: number;
  /** Look-ups of service names beyond `maxServices`. */
  readonly servicesRefused: number;
}

export class SignatureStage {
  /** The patterns, for every other stage: a read-only view. */
  readonly patterns: PatternCatalog;
  readonly #columns: PatternColumns;
  readonly #table: PatternTable;
  readonly #seeds: PolicySeeds;
  readonly #learner: TemplateLearner;
  readonly #breaker: ShapeBreaker;
  readonly #template: BodyTemplate;
  readonly #slots = new SlotAlignment();
  readonly #hash: TemplateHash;
  /** Severity class by SeverityNumber. */
  readonly #classes = Uint8Array.from({ length: 256 }, (_, severity) => severityClassOf(severity));

  constructor(settings: SignatureSettings, listener: PatternListener = {}) {
    const hash = new TemplateHash(settings.hashKey);
    const columns = new PatternColumns(settings, hash);
    const table = new PatternTable(columns, settings.maxServices, listener);
    this.patterns = new PatternCatalog(columns);
    this.#columns = columns;
    this.#table = table;
    this.#seeds = new PolicySeeds(columns, table);
    this.#learner = new TemplateLearner(columns, table, hash);
    this.#breaker = new ShapeBreaker(scopeLimit(settings.maxServices));
    this.#template = new BodyTemplate(settings.maxBytes, settings.maxWords);
    this.#hash = hash;
  }

  /** Fills batch.pattern for the records [from, to). The rows stay valid until the next call. */
  assign(batch: LogBatch, from: number, to: number): void {
    const { bytes } = batch;
    const { services } = this.#columns;
    let scopeRow = -1;
    let service = 0;
    const merged = this.#learner.mergedTotal;
    this.#table.beginBatch();
    for (let i = from; i < to; i++) {
      if (batch.scope[i] !== scopeRow) {
        scopeRow = batch.scope[i];
        service = services.number(batch.resources[batch.scopes[scopeRow].resource].service);
      }
      const scope = scopeOf(service, this.#classes[batch.severity[i]]);
      batch.pattern[i] = this.#row(bytes, scope, this.#template.ofRecord(batch, i));
    }
    // Rows that were merged while the batch was signed are reported as one pattern within it too.
    if (this.#learner.mergedTotal === merged) return;
    for (let i = from; i < to; i++) batch.pattern[i] = this.#table.canonical(batch.pattern[i]);
  }

  /** Row of the text bytes[start, end), as a batch of its own. @param severity SeverityNumber, 0..25 */
  signBytes(bytes: Uint8Array, start: number, end: number, service: string, severity: number): number {
    this.#table.beginBatch();
    const scope = scopeOf(this.#columns.services.number(service), severityClassOf(severity));
    return this.#row(bytes, scope, this.#template.ofText(bytes, start, end));
  }

  /**
   * The row that a template would be reported as, without learning from it: its shape has a row, or it fits a learned
   * slot.
   * @param template has its last result at [TEMPLATE_START, end)
   * @returns -1 if neither
   */
  peek(service: string, severityClass: number, template: BodyTemplate, end: number): number {
    const number = this.#columns.services.find(service);
    if (number < 0) return -1;
    const scope = scopeOf(number, severityClass);
    const row = this.#table.find(scope, template.words, FIRST_WORD, wordAfter(end));
    return row >= 0 ? row : this.#learner.lookUp(scope, template.bytes.subarray(TEMPLATE_START, end));
  }

  /** Adds the patterns of a policy document, and its aliases: pairs of an id and the id it is reported as. */
  seed(patterns: Iterable<SeedPattern>, aliases: Iterable<readonly [string, string]>): void {
    this.#seeds.add(patterns, aliases);
  }

  get stats(): SignatureStats {
    return {
      rows: this.#table.size,
      created: this.#table.createdTotal,
      evicted: this.#table.evictedTotal,
      coarseScopes: this.#breaker.openScopes,
      coarseRecords: this.#breaker.coarseTotal,
      servicesRefused: this.#columns.services.overflowTotal,
    };
  }

  #row(bytes: Uint8Array, scope: number, end: number): number {
    this.#breaker.line(scope);
    const found = this.#table.find(scope, this.#template.words, FIRST_WORD, wordAfter(end));
    if (found < 0) return this.#newShape(bytes, scope, end);
    if (this.#columns.kinds.isDue(found)) this.#look(bytes, found, end);
    return found;
  }

  /** Notes the values that the slots of the row have in the line just scanned. */
  #look(bytes: Uint8Array, row: number, end: number): void {
    const line = this.#template;
    const { shapes, kinds } = this.#columns;
    const template = shapes.templateBytes(row);
    // Keys and frames behind the text of a message are no part of the line.
    const textLength = Math.max(0, template.length - (end - line.templateTextEnd));
    this.#slots.lay(bytes, line.textStart, line.textEnd, template.subarray(0, textLength));
    kinds.look(row, bytes, this.#slots);
    kinds.countDistinct(row, bytes, line.textStart, line.textEnd);
  }

  /** The slow path: gives the shape a row, and merges it into a learned or seeded pattern, or learns from it. */
  #newShape(bytes: Uint8Array, scope: number, end: number): number {
    const table = this.#table;
    const fingerprint = this.#hash.first ^ this.#hash.second;
    const learned = this.#lookUp(scope, end);
    if (learned < 0 && this.#breaker.isCoarse(scope, fingerprint)) return this.#coarseRow(scope, end);
    const own = table.insert(scope, this.#template.words, FIRST_WORD, wordAfter(end));
    if (own === OVERFLOW_ROW) return learned >= 0 ? learned : own;
    if (learned >= 0) table.redirect(own, learned);
    const mayLearn = learned < 0 && this.#learner.mayObserve();
    if (mayLearn && !this.#seeds.mergeByAlias(own)) this.#learner.observe(own);
    const row = table.canonical(own);
    // Beyond the batch's share of learning it is a flood: most of its rows are evicted before their texts are read.
    if (this.#columns.kinds.isDue(row) && (mayLearn || row !== own)) this.#look(bytes, row, end);
    return row;
  }

  #lookUp(scope: number, end: number): number {
    if (!this.#columns.origins.hasLearned(scope) || !this.#breaker.mayLookUp(scope)) return -1;
    const learned = this.#learner.lookUp(scope, this.#template.bytes.subarray(TEMPLATE_START, end));
    if (learned >= 0) this.#breaker.foundLearned(scope);
    return learned;
  }

  #coarseRow(scope: number, end: number): number {
    const { words } = this.#breaker;
    const last = wordAfter(this.#breaker.coarsen(this.#template.bytes, TEMPLATE_START, end));
    const row = this.#table.find(scope, words, FIRST_WORD, last);
    return row >= 0 ? row : this.#table.insert(scope, words, FIRST_WORD, last);
  }
}
