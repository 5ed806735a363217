/**
 * Gives every record of a batch its row in the pattern table: the signature stage of the data plane.
 * Hit path: one scan of the body, one look-up, no string and no allocation. New shapes take the slow path, where ids
 * are made and merges are learned. Bounds: `maxPatterns`, `maxBytes`, `maxServices`.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import { severityClassOf } from "../../model/severity.ts";
import { encodeUtf8 } from "../otlp/wire/utf8.ts";
import { ShapeBreaker } from "./learn/shape-breaker.ts";
import { TemplateLearner } from "./learn/template-learner.ts";
import { BodyTemplate, FIRST_WORD } from "./mask/body-template.ts";
import { TEMPLATE_START } from "./mask/template-writer.ts";
import { OVERFLOW_ROW, PatternTable, SCOPE_CLASS_BITS } from "./table/pattern-table.ts";
import { SlotAlignment } from "./table/slot-alignment.ts";
import { TemplateHash } from "./table/template-hash.ts";

export interface SignatureSettings {
  /** Rows of the pattern table; at least 16. */
  readonly maxPatterns: number;
  /** Bytes of a body that are examined. */
  readonly maxBytes: number;
  /** Words of a body that are examined; default 128. */
  readonly maxWords?: number;
  /** Services with patterns of their own; the rest share one scope. */
  readonly maxServices: number;
  /** 16 secret bytes; they never show in ids. */
  readonly hashKey: Uint8Array;
}

/** A pattern of a policy document, as the table takes it in. */
export interface SeedPattern {
  /** The id it has in the document: an alias from now on when this version of the rules gives it another. */
  readonly id?: string;
  readonly template: string;
  readonly service: string;
  /** Index into SEVERITY_CLASSES. */
  readonly severityClass: number;
}

export class SignatureStage {
  /** Rows, ids, templates: what the other stages ask about patterns. */
  readonly table: PatternTable;
  readonly #template: BodyTemplate;
  readonly #learner: TemplateLearner;
  readonly #classes: Uint8Array;
  readonly #slots = new SlotAlignment();
  readonly #hash: TemplateHash;
  readonly #breaker: ShapeBreaker;

  /**
   * @param onEvict called with a row before it is reused; the table still answers for what it was
   * @param onMerge called when a row is reported as another from now on, for those who keep columns by row
   * @param isReturning asked of a new shape's row: whether the shape had lost one before
   */
  constructor(
    settings: SignatureSettings,
    onEvict: (row: number) => void,
    onMerge?: (row: number, into: number) => void,
    isReturning?: (row: number) => boolean,
  ) {
    const hash = new TemplateHash(settings.hashKey);
    this.#hash = hash;
    this.#breaker = new ShapeBreaker((settings.maxServices + 1) << SCOPE_CLASS_BITS);
    this.table = new PatternTable(settings, hash, onEvict, onMerge, isReturning);
    this.#learner = new TemplateLearner(this.table, hash);
    this.#template = new BodyTemplate(settings.maxBytes, settings.maxWords);
    this.#classes = Uint8Array.from({ length: 256 }, (_, severity) => severityClassOf(severity));
  }

  /** Fills batch.pattern for records [from, to). Rows given out by one call stay valid until the next. */
  assign(batch: LogBatch, from: number, to: number): void {
    const table = this.table;
    const bytes = batch.bytes;
    let scopeRow = -1;
    let service = 0;
    const merged = this.#learner.mergedTotal;
    table.epoch++;
    for (let i = from; i < to; i++) {
      if (batch.scope[i] !== scopeRow) {
        scopeRow = batch.scope[i];
        service = table.services.number(batch.resources[batch.scopes[scopeRow].resource].service);
      }
      const scope = (service << SCOPE_CLASS_BITS) | this.#classes[batch.severity[i]];
      batch.pattern[i] = this.#row(bytes, scope, this.#template.ofRecord(batch, i));
    }
    // What was merged on the way is reported as one pattern within a batch too.
    if (this.#learner.mergedTotal === merged) return;
    for (let i = from; i < to; i++) batch.pattern[i] = table.canonical(batch.pattern[i]);
  }

  #row(bytes: Uint8Array, scope: number, end: number): number {
    this.#breaker.line(scope);
    const found = this.table.find(scope, this.#template.words, FIRST_WORD, (end + 3) >> 2);
    if (found < 0) return this.#newShape(bytes, scope, end);
    if (this.table.kinds.isDue(found)) this.#look(bytes, found, end);
    return found;
  }

  /** Sees what the slots of the row stand for in the line at hand. */
  #look(bytes: Uint8Array, row: number, end: number): void {
    const line = this.#template;
    const template = this.table.templateBytes(row);
    const appendix = end - line.templateTextEnd;
    this.#slots.lay(bytes, line.textStart, line.textEnd, template, template.length - appendix);
    this.table.kinds.look(row, bytes, this.#slots);
    this.table.kinds.tellApart(row, bytes, line.textStart, line.textEnd);
  }

  /** The slow path: stores the shape, resolves it by what is learned or told, or learns from it. */
  #newShape(bytes: Uint8Array, scope: number, end: number): number {
    const table = this.table;
    const fingerprint = this.#hash.first ^ this.#hash.second;
    const learned = this.#lookUp(scope, end);
    if (learned < 0 && this.#breaker.isCoarse(scope, fingerprint)) return this.#coarseRow(scope, end);
    const own = table.insert(scope, this.#template.words, FIRST_WORD, (end + 3) >> 2);
    if (own === OVERFLOW_ROW) return learned >= 0 ? learned : own;
    if (learned >= 0) table.lead(own, learned);
    const mayLearn = learned < 0 && this.#learner.mayObserve();
    if (mayLearn && !table.mergeByAlias(own)) this.#learner.observe(own);
    const row = table.canonical(own);
    // Of a flood of shapes that come once, nobody reads the templates.
    if (table.kinds.isDue(row) && (mayLearn || row !== own)) this.#look(bytes, row, end);
    return row;
  }

  #lookUp(scope: number, end: number): number {
    if (!this.table.origins.hasLearned(scope) || !this.#breaker.mayLookUp(scope)) return -1;
    const learned = this.#learner.lookUp(scope, this.#template.bytes.subarray(TEMPLATE_START, end));
    if (learned >= 0) this.#breaker.foundLearned(scope);
    return learned;
  }

  #coarseRow(scope: number, end: number): number {
    const { words } = this.#breaker;
    const last = (this.#breaker.coarsen(this.#template.bytes, TEMPLATE_START, end) + 3) >> 2;
    const row = this.table.find(scope, words, FIRST_WORD, last);
    return row >= 0 ? row : this.table.insert(scope, words, FIRST_WORD, last);
  }

  /** Row of one line of text, outside any batch. @param severity 0..25 */
  signLine(text: string, service: string, severity: number): number {
    const bytes = encodeUtf8(text);
    return this.signBytes(bytes, 0, bytes.length, service, severity);
  }

  /** Row of the text bytes[start, end). @param severity 0..25 */
  signBytes(bytes: Uint8Array, start: number, end: number, service: string, severity: number): number {
    this.table.epoch++;
    const scope = this.table.scopeOf(service, severityClassOf(severity));
    return this.#row(bytes, scope, this.#template.ofText(bytes, start, end));
  }

  /**
   * The row that a shape is reported as, without teaching anything: it was seen, or fits a learned slot.
   * @param words zero-padded scratch that holds the template from FIRST_WORD on
   * @param template the same, its bytes
   * @returns -1 when neither
   */
  peek(scope: number, words: Int32Array, template: Uint8Array): number {
    const row = this.table.find(scope, words, FIRST_WORD, FIRST_WORD + ((template.length + 3) >> 2));
    return row >= 0 ? row : this.#learner.lookUp(scope, template);
  }

  /** Takes in the patterns and aliases of a policy document. */
  seed(patterns: Iterable<SeedPattern>, aliases: Iterable<readonly [string, string]>): void {
    for (const pattern of patterns) {
      this.table.epoch++;
      const row = this.table.seed(pattern.template, pattern.service, pattern.severityClass);
      if (pattern.id !== undefined && row !== OVERFLOW_ROW) this.table.seedId(row, pattern.id);
    }
    for (const [old, canonical] of aliases) this.table.seedAlias(old, canonical);
  }

  get size(): number {
    return this.table.size;
  }

  get createdTotal(): number {
    return this.table.createdTotal;
  }

  /** Scopes (service and severity class) whose lines have no patterns: their new shapes are reported coarsely. */
  get coarseScopes(): number {
    return this.#breaker.openScopes;
  }

  /** Records reported as a coarse pattern. */
  get coarseTotal(): number {
    return this.#breaker.coarseTotal;
  }

  get evictedTotal(): number {
    return this.table.evictedTotal;
  }

  /** Published id of a row. */
  id(row: number): string {
    return this.table.ids.id(row);
  }

  /** The id's 12 ASCII bytes: a view, valid until the row is reused. */
  idBytes(row: number): Uint8Array {
    return this.table.ids.idBytes(row);
  }

  /** Template for people, with slots by kind: `user <word> from <ip>`. */
  template(row: number): string {
    return this.table.readable(row);
  }

  service(row: number): string {
    return this.table.service(row);
  }

  /** A name out of SEVERITY_CLASSES. */
  severityClass(row: number): string {
    return this.table.severityClass(row);
  }

  /** Whether the pattern is no news: it came out of a policy document, or is a better name of lines that came before. */
  known(row: number): boolean {
    return this.table.origins.isKnown(row);
  }

  /** Whether the pattern came out of a policy document. */
  isSeeded(row: number): boolean {
    return this.table.origins.isSeeded(row);
  }

  /** Row of a published id, aliases resolved; -1 when no row has it. */
  find(id: string): number {
    return this.table.ids.row(this.table.ids.canonicalId(id));
  }

  /** Rows that records are reported as. */
  *rows(): IterableIterator<number> {
    for (let row = 0; row < this.table.capacity; row++) {
      if (this.table.isUsed(row) && this.table.isCanonical(row)) yield row;
    }
  }

  /** Ids of merged patterns → the id they are reported as. */
  aliases(): ReadonlyMap<string, string> {
    return this.table.ids.aliases();
  }
}
