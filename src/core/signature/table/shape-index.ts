/**
 * Open-addressing index from shapes (scope and template) to row numbers, together with the templates themselves.
 * Promise: a hit has compared the whole stored template, word by word; a colliding hash costs time and nothing else.
 * Bounds: rows fixed at creation, the index at most half full, templates in an arena of fixed size.
 */
import { TemplateArena } from "./template-arena.ts";
import type { TemplateHash } from "./template-hash.ts";
import { templateText } from "./template-text.ts";

/** A row is eight words, half a cache line, so that a hit reads one line of it. */
export const ROW_BITS = 3;
/** Row numbers take 20 bits where one is packed beside an offset. */
const MOST_ROWS = 2 ** 20;
const HASH_1 = 0;
const HASH_2 = 1;
const SCOPE = 2;
/** Length of the template in words; negative while the row is free. */
const WORDS = 3;
const OFFSET = 4;
/** Columns of PatternTable: the row it is reported as, the batch that used it last, the use that the clock hand saw. */
export const CANONICAL = 5;
export const USED = 6;
export const SEEN = 7;

export class ShapeIndex {
  readonly rows: Int32Array;
  readonly #hash: TemplateHash;
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #arena: TemplateArena;
  readonly #capacity: number;

  constructor(capacity: number, arenaBytes: number, hash: TemplateHash) {
    let slots = 8;
    while (slots < capacity * 2) slots *= 2;
    this.#capacity = capacity;
    this.#hash = hash;
    this.rows = new Int32Array(capacity << ROW_BITS);
    for (let row = 0; row < capacity; row++) this.rows[(row << ROW_BITS) + WORDS] = -1;
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#arena = new TemplateArena(arenaBytes >> 2);
  }

  /**
   * The hot path.
   * @param words zero-padded scratch that holds the template at [start, end), in words
   * @returns the row, or -1
   */
  find(scope: number, words: Int32Array, start: number, end: number): number {
    const hash = this.#hash;
    hash.compute(words, start, end, scope);
    const first = hash.first;
    const second = hash.second;
    const rows = this.rows;
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = first & mask;
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      const base = (entry - 1) << ROW_BITS;
      if (
        rows[base + HASH_1] === first &&
        rows[base + HASH_2] === second &&
        rows[base + SCOPE] === scope &&
        rows[base + WORDS] === end - start &&
        this.#holds(rows[base + OFFSET], words, start, end)
      ) {
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  #holds(offset: number, words: Int32Array, start: number, end: number): boolean {
    const stored = this.#arena.words;
    let at = offset;
    for (let i = start; i < end; i++) if (stored[at++] !== words[i]) return false;
    return true;
  }

  /** Whether a template of `count` words fits without an eviction. */
  canHold(count: number): boolean {
    return this.#arena.canHold(count);
  }

  /** Stores a shape that `find` does not know in a free row. Only after `canHold`. */
  store(row: number, scope: number, words: Int32Array, start: number, end: number): void {
    if (!this.#arena.fits(end - start)) this.#compact();
    this.#hash.compute(words, start, end, scope);
    const rows = this.rows;
    const base = row << ROW_BITS;
    rows[base + HASH_1] = this.#hash.first;
    rows[base + HASH_2] = this.#hash.second;
    rows[base + SCOPE] = scope;
    rows[base + WORDS] = end - start;
    rows[base + OFFSET] = this.#arena.append(words, start, end - start);
    let slot = this.#hash.first & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = row + 1;
  }

  /** Frees a row. No tombstones: entries behind the hole move up (Knuth, TAOCP vol. 3, section 6.4, algorithm R). */
  remove(row: number): void {
    const base = row << ROW_BITS;
    const rows = this.rows;
    const slots = this.#slots;
    const mask = this.#mask;
    this.#arena.free(rows[base + WORDS]);
    rows[base + WORDS] = -1;
    let hole = rows[base + HASH_1] & mask;
    while (slots[hole] !== row + 1) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = rows[((slots[slot] - 1) << ROW_BITS) + HASH_1] & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  isUsed(row: number): boolean {
    return row >= 0 && row < this.#capacity && this.rows[(row << ROW_BITS) + WORDS] >= 0;
  }

  scope(row: number): number {
    return this.rows[(row << ROW_BITS) + SCOPE];
  }

  hash(row: number): { readonly first: number; readonly second: number } {
    const base = row << ROW_BITS;
    return { first: this.rows[base + HASH_1], second: this.rows[base + HASH_2] };
  }

  /** The stored template with the byte SLOT for every slot, without padding: a view, valid until the next `store`. */
  templateBytes(row: number): Uint8Array {
    const base = row << ROW_BITS;
    const offset = this.rows[base + OFFSET] << 2;
    let end = offset + (this.rows[base + WORDS] << 2);
    const bytes = this.#arena.bytes;
    while (end > offset && bytes[end - 1] === 0) end--;
    return bytes.subarray(offset, end);
  }

  /** The stored template as text, `<*>` for every slot. */
  template(row: number): string {
    return templateText(this.templateBytes(row));
  }

  /** Compacts the arena in place, lowest offset first, so that no template overwrites one that is yet to be moved. */
  #compact(): void {
    const byOffset = new Float64Array(this.#capacity);
    let used = 0;
    for (let row = 0; row < this.#capacity; row++) {
      const base = row << ROW_BITS;
      // Offset and row as one number: offsets are below 2^31, rows below 2^20, and doubles hold 53 bits.
      if (this.rows[base + WORDS] >= 0) byOffset[used++] = this.rows[base + OFFSET] * MOST_ROWS + row;
    }
    this.#arena.restart();
    for (const packed of byOffset.subarray(0, used).sort()) {
      const base = (packed % MOST_ROWS) << ROW_BITS;
      this.rows[base + OFFSET] = this.#arena.move(this.rows[base + OFFSET], this.rows[base + WORDS]);
    }
  }
}
