/**
 * All patterns known to this process: (service, severity class, masked template) → row. A row number is what other
 * stages index their own columns by. Promises: colliding hashes never alias; an id is computed at most once a shape and
 * is equal everywhere; `onEvict` is told before a row is reused. Bounds: `maxPatterns` rows, merged shapes included,
 * ARENA_BYTES_PER_PATTERN of template for each. Row 0 is the overflow pattern, for what finds no place while the
 * batch at hand holds on to every row.
 */
import { SEVERITY_CLASSES } from "../../../model/severity.ts";
import { EvictionRings, ROW_COLD, ROW_HELD, ROW_HIT } from "./eviction-rings.ts";
import { publishedId } from "./published-id.ts";
import { rareWords } from "./rare-words.ts";
import { RowIds } from "./row-ids.ts";
import { RowOrigins } from "./row-origins.ts";
import { OTHER_SERVICE, ServiceNames } from "./service-names.ts";
import { CANONICAL, ROW_BITS, SEEN, ShapeIndex, USED } from "./shape-index.ts";
import { SlotKinds } from "./slot-kinds.ts";
import type { TemplateHash } from "./template-hash.ts";
import { parseTemplate, readableText } from "./template-text.ts";

export const OVERFLOW_ROW = 0;
/** Bits of a scope below the service number. */
export const SCOPE_CLASS_BITS = 3;
const OVERFLOW_TEMPLATE = "<overflow>";
/** Seven eighths of it: templates of 140 bytes, all rows taken; where they are longer, fewer fit. */
const ARENA_BYTES_PER_PATTERN = 160;
const SMALLEST_ARENA_BYTES = 1 << 20;

export interface PatternTableSettings {
  /** Rows; at least 16. */
  readonly maxPatterns: number;
  /** Services with a scope of their own; the rest share `other`. */
  readonly maxServices: number;
}

export class PatternTable {
  readonly services: ServiceNames;
  /** Published ids of rows, and aliases. */
  readonly ids: RowIds;
  readonly origins: RowOrigins;
  /** What the slots of each row stand for. */
  readonly kinds: SlotKinds;
  /** Shapes that got a row, and rows that were taken away again. */
  createdTotal = 0;
  evictedTotal = 0;
  /** Records reported as the overflow pattern. */
  overflowTotal = 0;
  /** Rows used in the current epoch are not evicted; the owner advances it once a batch. */
  epoch = 1;
  readonly #index: ShapeIndex;
  readonly #rings: EvictionRings;
  readonly #onEvict: (row: number) => void;
  readonly #onMerge: ((row: number, into: number) => void) | undefined;
  readonly #isReturning: ((row: number) => boolean) | undefined;
  readonly #capacity: number;
  /** Rows never used start at #fresh; released ones wait in #free. */
  readonly #free: number[] = [];
  #fresh = 0;
  /** Rises when a row is released: a merged shape that points to an older use is stale. */
  readonly #generation: Int32Array;
  readonly #canonicalGeneration: Int32Array;

  /**
   * @param onEvict called with a row before it is reused; its accessors still answer for what it was
   * @param onMerge called when a row is reported as another from now on; it keeps its place until it is evicted
   * @param isReturning asked of a shape that was given a row: whether it had lost one before
   */
  constructor(
    settings: PatternTableSettings,
    hash: TemplateHash,
    onEvict: (row: number) => void,
    onMerge?: (row: number, into: number) => void,
    isReturning?: (row: number) => boolean,
  ) {
    const capacity = Math.max(settings.maxPatterns, 16);
    this.#capacity = capacity;
    this.#onEvict = onEvict;
    this.#onMerge = onMerge;
    this.#isReturning = isReturning;
    this.services = new ServiceNames(settings.maxServices);
    this.ids = new RowIds(capacity, capacity, (row) =>
      publishedId(this.service(row), this.severityClass(row), this.template(row)),
    );
    this.kinds = new SlotKinds(capacity);
    this.#index = new ShapeIndex(capacity, Math.max(capacity * ARENA_BYTES_PER_PATTERN, SMALLEST_ARENA_BYTES), hash);
    this.#rings = new EvictionRings(capacity, settings.maxServices + 1);
    this.#generation = new Int32Array(capacity);
    this.#canonicalGeneration = new Int32Array(capacity);
    this.origins = new RowOrigins(capacity, (settings.maxServices + 1) << SCOPE_CLASS_BITS);
    this.#fresh = 1;
    const { words } = parseTemplate(OVERFLOW_TEMPLATE);
    this.#fill(OVERFLOW_ROW, OTHER_SERVICE << SCOPE_CLASS_BITS, words, 0, words.length);
  }

  /** Rows in use, merged shapes and the overflow row included. */
  get size(): number {
    return this.#fresh - this.#free.length;
  }

  /** Every row number is below this. */
  get capacity(): number {
    return this.#capacity;
  }

  /**
   * The hot path.
   * @param words zero-padded scratch that holds the template at [start, end), in words
   * @returns the row the shape is reported as, or -1 when it is new
   */
  find(scope: number, words: Int32Array, start: number, end: number): number {
    const row = this.#index.find(scope, words, start, end);
    if (row < 0) return -1;
    const rows = this.#index.rows;
    const base = row << ROW_BITS;
    rows[base + USED] = this.epoch;
    const canonical = rows[base + CANONICAL];
    return canonical === row ? row : this.#pattern(row, canonical);
  }

  /** A merged shape answers with its pattern; when that was evicted meanwhile, the shape is forgotten too. */
  #pattern(row: number, canonical: number): number {
    if (this.#generation[canonical] !== this.#canonicalGeneration[row]) {
      this.#release(row);
      return -1;
    }
    const rows = this.#index.rows;
    rows[(canonical << ROW_BITS) + USED] = this.epoch;
    const next = rows[(canonical << ROW_BITS) + CANONICAL];
    return next === canonical ? canonical : this.#pattern(canonical, next);
  }

  /** The row that a row given out earlier is reported as now. */
  canonical(row: number): number {
    const canonical = this.#index.rows[(row << ROW_BITS) + CANONICAL];
    if (canonical === row) return row;
    const pattern = this.#pattern(row, canonical);
    return pattern < 0 ? row : pattern;
  }

  /**
   * Stores a shape that `find` just did not know.
   * @returns its row; OVERFLOW_ROW when the batch at hand holds every row in reach
   */
  insert(scope: number, words: Int32Array, start: number, end: number): number {
    if (!this.#makeRoom(end - start)) {
      this.overflowTotal++;
      return OVERFLOW_ROW;
    }
    const row = this.#free.pop() ?? this.#fresh++;
    this.#fill(row, scope, words, start, end);
    this.#rings.add(row, scope >> SCOPE_CLASS_BITS, this.#isReturning?.(row) ?? false);
    this.createdTotal++;
    return row;
  }

  #fill(row: number, scope: number, words: Int32Array, start: number, end: number): void {
    this.#index.store(row, scope, words, start, end);
    const rows = this.#index.rows;
    const base = row << ROW_BITS;
    rows[base + CANONICAL] = row;
    rows[base + USED] = this.epoch;
    rows[base + SEEN] = this.epoch;
    this.kinds.reset(row);
    this.ids.add(row);
  }

  #makeRoom(words: number): boolean {
    while ((this.#free.length === 0 && this.#fresh === this.#capacity) || !this.#index.canHold(words)) {
      const victim = this.#rings.victim(this.#look);
      if (victim < 0) return false;
      this.evictedTotal++;
      this.#onEvict(victim);
      this.#release(victim);
    }
    return true;
  }

  readonly #look = (row: number): number => {
    const rows = this.#index.rows;
    const base = row << ROW_BITS;
    const used = rows[base + USED];
    if (used === this.epoch) return ROW_HELD;
    if (rows[base + SEEN] === used) return ROW_COLD;
    rows[base + SEEN] = used;
    return ROW_HIT;
  };

  #release(row: number): void {
    this.ids.remove(row);
    this.#rings.remove(row, this.#index.scope(row) >> SCOPE_CLASS_BITS);
    this.#index.remove(row);
    this.origins.reset(row);
    this.#generation[row]++;
    this.#free.push(row);
  }

  /** Reports a shape as another row from now on, and its id as an alias of that row's. */
  merge(row: number, into: number): void {
    this.lead(row, into);
    this.ids.alias(this.ids.id(row), this.ids.id(into));
    this.#onMerge?.(row, into);
  }

  /** Reports a shape that has just come as a learned pattern: nobody was told of an id of its own. */
  lead(row: number, into: number): void {
    this.#index.rows[(row << ROW_BITS) + CANONICAL] = into;
    this.#canonicalGeneration[row] = this.#generation[into];
  }

  /** Merges a new shape whose id a policy document calls an alias. @returns whether it did */
  mergeByAlias(row: number): boolean {
    if (this.ids.toldAliases === 0) return false;
    const id = this.ids.id(row);
    const canonical = this.ids.canonicalId(id);
    const into = canonical === id ? -1 : this.ids.row(canonical);
    if (into < 0) return false;
    this.merge(row, into);
    return true;
  }

  /** Takes in an alias out of a policy document: what it leads to was learned there, and need not be learned again. */
  seedAlias(old: string, canonical: string): void {
    const into = this.ids.row(this.ids.canonicalId(canonical));
    const row = this.ids.row(old);
    if (into >= 0) this.origins.learn(into, this.scope(into));
    if (into >= 0 && row >= 0 && row !== into) this.merge(row, into);
    else this.ids.tell(old, canonical);
  }

  /** Makes a row known before the first of its lines: out of a policy document. @returns the row */
  seed(template: string, service: string, severityClass: number): number {
    const { words, kinds } = parseTemplate(template);
    const scope = this.scopeOf(service, severityClass);
    const found = this.find(scope, words, 0, words.length);
    const row = found >= 0 ? found : this.insert(scope, words, 0, words.length);
    this.origins.seed(row);
    this.kinds.tell(row, kinds);
    if (kinds.includes("word")) this.origins.learn(row, scope);
    return row;
  }

  /** An older version's id of a seeded row leads to it. */
  seedId(row: number, id: string): void {
    if (this.ids.id(row) !== id) this.ids.tell(id, this.ids.id(row));
  }

  /** @param severityClass index into SEVERITY_CLASSES */
  scopeOf(service: string, severityClass: number): number {
    return (this.services.number(service) << SCOPE_CLASS_BITS) | severityClass;
  }

  /** Whether the row is what records are reported as; merged shapes are not. */
  isCanonical(row: number): boolean {
    return this.#index.rows[(row << ROW_BITS) + CANONICAL] === row;
  }

  isUsed(row: number): boolean {
    return this.#index.isUsed(row);
  }

  /** Plain text, `<*>` for every slot: what the id is made of. */
  template(row: number): string {
    return this.#index.template(row);
  }

  /**
   * Text for people: slots by their kinds, and words that may be somebody's only after several different lines held
   * them. It may change while the id stays.
   */
  readable(row: number): string {
    const bytes = this.#index.templateBytes(row);
    const hidden = this.origins.isKnown(row) || this.kinds.isCommon(row) ? [] : rareWords(bytes, bytes.length);
    return readableText(bytes, 0, bytes.length, (slot) => this.kinds.name(row, slot), hidden);
  }

  /** Template with placeholder bytes: a view, valid until the next insert. */
  templateBytes(row: number): Uint8Array {
    return this.#index.templateBytes(row);
  }

  scope(row: number): number {
    return this.#index.scope(row);
  }

  /** Keyed hash of scope and template. */
  hash(row: number): { readonly first: number; readonly second: number } {
    return this.#index.hash(row);
  }

  service(row: number): string {
    return this.services.name(this.#index.scope(row) >> SCOPE_CLASS_BITS);
  }

  /** A name out of SEVERITY_CLASSES. */
  severityClass(row: number): string {
    return SEVERITY_CLASSES[this.#index.scope(row) & ((1 << SCOPE_CLASS_BITS) - 1)];
  }
}
