/**
 * Gives rows to shapes and takes them back. A shape is a template as the scanner masked it, in its scope; it has a row.
 * A pattern is a row that records are reported as: a merged shape keeps its row and answers with that of its pattern.
 * Other stages index their own columns by row number.
 * Promises: colliding hashes never make one pattern of two templates; `onEvict` is called before a row is reused.
 * Bounds: `maxPatterns` rows, merged shapes included. Row 0 is the overflow pattern, for shapes that find no row while
 * the current batch uses every one.
 */
import { EvictionRings, ROW_COLD, ROW_HELD, ROW_HIT } from "./eviction-rings.ts";
import type { PatternColumns } from "./pattern-columns.ts";
import { scopeOf, serviceOf } from "./scope.ts";
import { OTHER_SERVICE } from "./service-names.ts";
import { CANONICAL, ROW_BITS, SEEN, USED } from "./shape-index.ts";
import { parseTemplate } from "./template-text.ts";

export const OVERFLOW_ROW = 0;
const OVERFLOW_TEMPLATE = "<overflow>";

/** Callbacks of a pattern table to its owner. */
export interface PatternListener {
  /** A row is about to be reused; every question about it is still answered for the pattern it was. */
  onEvict?(row: number): void;
  /** The records of `row` are reported as `into` from now on; `row` is kept until it is evicted. */
  onMerge?(row: number, into: number): void;
  /** Whether the shape that was just given this row had lost one before: then it skips probation. */
  isReturning?(row: number): boolean;
}

export class PatternTable {
  /** Shapes that got a row, and rows that were taken away again. */
  createdTotal = 0;
  evictedTotal = 0;
  readonly #columns: PatternColumns;
  readonly #rings: EvictionRings;
  readonly #listener: PatternListener;
  /** Counts batches: rows that the current one has used are not evicted. */
  #epoch = 1;
  /** Rows never used start at #fresh; released ones wait in #free. */
  readonly #free: number[] = [];
  #fresh = 0;
  /** Rises when a row is released: a merged shape that points to an earlier use of the row is stale. */
  readonly #generation: Int32Array;
  readonly #canonicalGeneration: Int32Array;

  /** @param maxServices names that `columns.services` may hold */
  constructor(columns: PatternColumns, maxServices: number, listener: PatternListener) {
    this.#columns = columns;
    this.#listener = listener;
    this.#rings = new EvictionRings(columns.capacity, maxServices + 1);
    this.#generation = new Int32Array(columns.capacity);
    this.#canonicalGeneration = new Int32Array(columns.capacity);
    this.#fresh = 1;
    const { words } = parseTemplate(OVERFLOW_TEMPLATE);
    this.#fill(OVERFLOW_ROW, scopeOf(OTHER_SERVICE, 0), words, 0, words.length);
  }

  /** Rows in use, merged shapes and the overflow row included. */
  get size(): number {
    return this.#fresh - this.#free.length;
  }

  /** Number of the current batch. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Starts a batch: rows that the one before has used may be evicted again. */
  beginBatch(): void {
    this.#epoch++;
  }

  /**
   * The hot path.
   * @param words zero-padded scratch that holds the template at [start, end), in words
   * @returns the row the shape is reported as, or -1 when it is new
   */
  find(scope: number, words: Int32Array, start: number, end: number): number {
    const { shapes } = this.#columns;
    const row = shapes.find(scope, words, start, end);
    if (row < 0) return -1;
    const { rows } = shapes;
    const base = row << ROW_BITS;
    rows[base + USED] = this.#epoch;
    const canonical = rows[base + CANONICAL];
    return canonical === row ? row : this.#pattern(row, canonical);
  }

  /** A merged shape answers with its pattern; if that was evicted meanwhile, the shape is forgotten too. */
  #pattern(row: number, canonical: number): number {
    if (this.#generation[canonical] !== this.#canonicalGeneration[row]) {
      this.#release(row);
      return -1;
    }
    const { rows } = this.#columns.shapes;
    rows[(canonical << ROW_BITS) + USED] = this.#epoch;
    const next = rows[(canonical << ROW_BITS) + CANONICAL];
    return next === canonical ? canonical : this.#pattern(canonical, next);
  }

  /** The row that records of an earlier row are reported as now. */
  canonical(row: number): number {
    const canonical = this.#columns.shapes.rows[(row << ROW_BITS) + CANONICAL];
    if (canonical === row) return row;
    const pattern = this.#pattern(row, canonical);
    return pattern < 0 ? row : pattern;
  }

  /**
   * Stores a shape that `find` just did not know.
   * @returns its row; OVERFLOW_ROW when the current batch uses every row in reach
   */
  insert(scope: number, words: Int32Array, start: number, end: number): number {
    if (!this.#makeRoom(end - start)) return OVERFLOW_ROW;
    const row = this.#free.pop() ?? this.#fresh++;
    this.#fill(row, scope, words, start, end);
    this.#rings.add(row, serviceOf(scope), this.#listener.isReturning?.(row) ?? false);
    this.createdTotal++;
    return row;
  }

  #fill(row: number, scope: number, words: Int32Array, start: number, end: number): void {
    const { shapes, kinds, ids } = this.#columns;
    shapes.store(row, scope, words, start, end);
    const { rows } = shapes;
    const base = row << ROW_BITS;
    rows[base + CANONICAL] = row;
    rows[base + USED] = this.#epoch;
    rows[base + SEEN] = this.#epoch;
    kinds.reset(row);
    ids.add(row);
  }

  #makeRoom(words: number): boolean {
    const { capacity, shapes } = this.#columns;
    while ((this.#free.length === 0 && this.#fresh === capacity) || !shapes.canHold(words)) {
      const victim = this.#rings.victim(this.#look);
      if (victim < 0) return false;
      this.evictedTotal++;
      this.#listener.onEvict?.(victim);
      this.#release(victim);
    }
    return true;
  }

  readonly #look = (row: number): number => {
    const { rows } = this.#columns.shapes;
    const base = row << ROW_BITS;
    const used = rows[base + USED];
    if (used === this.#epoch) return ROW_HELD;
    if (rows[base + SEEN] === used) return ROW_COLD;
    rows[base + SEEN] = used;
    return ROW_HIT;
  };

  #release(row: number): void {
    const { shapes, ids, origins } = this.#columns;
    ids.remove(row);
    this.#rings.remove(row, serviceOf(shapes.scope(row)));
    shapes.remove(row);
    origins.reset(row);
    this.#generation[row]++;
    this.#free.push(row);
  }

  /** Reports a pattern as another one from now on; its id becomes an alias. */
  merge(row: number, into: number): void {
    this.redirect(row, into);
    const { ids } = this.#columns;
    ids.alias(ids.id(row), ids.id(into));
    this.#listener.onMerge?.(row, into);
  }

  /** Reports a shape that has just got its row as a known pattern: no id of its own was ever published. */
  redirect(row: number, into: number): void {
    this.#columns.shapes.rows[(row << ROW_BITS) + CANONICAL] = into;
    this.#canonicalGeneration[row] = this.#generation[into];
  }
}
