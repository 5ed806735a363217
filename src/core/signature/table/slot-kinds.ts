/**
 * Kinds of the values that the slots of each row have held, so that people read `block <id> of size <num>` instead of
 * `<*>`. They are not part of a pattern's identity: a text may widen to `<*>` while the id stays. Kinds come from the
 * first FIRST_LOOKS lines of a row and from one in LOOK_INTERVAL later; a slot that held two kinds is `<*>` from then
 * on. Also counts different lines, up to LINES_TO_SHOW, for the words that are hidden until then.
 * Bounds: MAX_SLOTS slots a row, LONGEST_LOOK bytes of a value.
 */

import { TOKEN_KINDS } from "../mask/token-kinds.ts";
import { NULL_WORDS } from "../mask/word-lists.ts";
import { LINES_TO_SHOW } from "./rare-words.ts";
import type { SlotAlignment } from "./slot-alignment.ts";
import { MAX_SLOTS } from "./slot-alignment.ts";
import { tokenKindOf } from "./token-kind-of.ts";

const KIND_NAMES: readonly string[] = TOKEN_KINDS;
const UNSEEN = 0;
const MIXED = 255;
const FIRST_LOOKS = 4;
/** A power of two. */
const LOOK_INTERVAL = 256;
const LONGEST_LOOK = 256;

export class SlotKinds {
  /** By row and slot: index into TOKEN_KINDS plus one, UNSEEN or MIXED. */
  readonly #kinds: Uint8Array;
  /** Lines of a row modulo 2^16: the overflow costs FIRST_LOOKS more looks. */
  readonly #lines: Uint16Array;
  /** Different lines of a row, up to LINES_TO_SHOW, and hashes of the last two of them. */
  readonly #distinct: Uint8Array;
  readonly #hashes: Int32Array;

  constructor(rows: number) {
    this.#kinds = new Uint8Array(rows * MAX_SLOTS);
    this.#lines = new Uint16Array(rows);
    this.#distinct = new Uint8Array(rows);
    this.#hashes = new Int32Array(rows * 2);
  }

  /** Clears a row that is given to another shape. */
  reset(row: number): void {
    this.#lines[row] = 0;
    this.#distinct[row] = 0;
    this.#kinds.fill(UNSEEN, row * MAX_SLOTS, (row + 1) * MAX_SLOTS);
  }

  /** Counts a line of the row. @returns whether to look at its values */
  isDue(row: number): boolean {
    const lines = ++this.#lines[row];
    return lines <= FIRST_LOOKS || (lines & (LOOK_INTERVAL - 1)) === 0;
  }

  /** Counts the line if it differs from the two before: a repeated line is no evidence that its words are common. */
  countDistinct(row: number, bytes: Uint8Array, start: number, end: number): void {
    const distinct = this.#distinct[row];
    if (distinct >= LINES_TO_SHOW) return;
    let hash = end - start;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const at = row * 2;
    if (distinct > 0 && this.#hashes[at] === hash) return;
    if (distinct > 1 && this.#hashes[at + 1] === hash) return;
    this.#hashes[at + (distinct & 1)] = hash;
    this.#distinct[row]++;
  }

  /** Whether enough different lines were counted to show every word that they have in common. */
  isCommon(row: number): boolean {
    return this.#distinct[row] >= LINES_TO_SHOW;
  }

  /** Adds the kinds of the values in a line. @param slots where the slots of the row lie in it */
  look(row: number, bytes: Uint8Array, slots: SlotAlignment): void {
    for (let slot = 0; slot < slots.count; slot++) {
      const start = slots.start[slot];
      const end = Math.min(slots.end[slot], start + LONGEST_LOOK);
      // An empty value and "null" have no kind.
      if (end > start && !NULL_WORDS.has(bytes, start, end)) {
        this.#add(row, slot, TOKEN_KINDS.indexOf(tokenKindOf(bytes, start, end)) + 1);
      }
    }
  }

  #add(row: number, slot: number, kind: number): void {
    const at = row * MAX_SLOTS + slot;
    this.#kinds[at] = this.#kinds[at] === UNSEEN || this.#kinds[at] === kind ? kind : MIXED;
  }

  /** Sets the kinds that a policy document has. @param names by slot; undefined: several kinds */
  seed(row: number, names: readonly (string | undefined)[]): void {
    for (const [slot, name] of names.slice(0, MAX_SLOTS).entries()) {
      const kind = KIND_NAMES.indexOf(name ?? "") + 1;
      this.#kinds[row * MAX_SLOTS + slot] = kind === UNSEEN ? MIXED : kind;
    }
  }

  /** Name of the slot's kind; `*` when it has several or none yet. */
  name(row: number, slot: number): string {
    const kind = slot < MAX_SLOTS ? this.#kinds[row * MAX_SLOTS + slot] : MIXED;
    return kind === UNSEEN || kind === MIXED ? "*" : TOKEN_KINDS[kind - 1];
  }
}
