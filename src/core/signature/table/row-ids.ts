/**
 * Published ids of rows, both ways, and the aliases learned or told: old id → canonical id. An id is computed when
 * somebody first asks for it: of a flood of new shapes most are gone before anybody does. Held as bytes, not as strings:
 * 13 bytes a row and a slot in a table at most half full, where a string and a map entry took a hundred.
 * Bounds: one id a row; at most `maxAliases` aliases, later ones are refused and counted.
 */
import { ID_LENGTH } from "./published-id.ts";

const FREE = 0;
const UNNAMED = 1;
const NAMED = 2;

export class RowIds {
  /** Aliases that found no place. */
  aliasesRefusedTotal = 0;
  /** Aliases of shapes that have no row: new shapes must be asked for them. */
  toldAliases = 0;
  readonly #bytes: Uint8Array;
  readonly #state: Uint8Array;
  /** Rows by id, plus one; 0 is an empty slot. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #aliases = new Map<string, string>();
  readonly #maxAliases: number;
  readonly #compute: (row: number) => string;
  /** Every row added is below this. */
  #end = 0;
  #unnamed = 0;

  /** @param compute the id of a row that is in use */
  constructor(rows: number, maxAliases: number, compute: (row: number) => string) {
    let slots = 8;
    while (slots < rows * 2) slots *= 2;
    this.#bytes = new Uint8Array(rows * ID_LENGTH);
    this.#state = new Uint8Array(rows);
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#maxAliases = maxAliases;
    this.#compute = compute;
  }

  /** A row was given to a shape. */
  add(row: number): void {
    this.#state[row] = UNNAMED;
    this.#unnamed++;
    if (row >= this.#end) this.#end = row + 1;
  }

  remove(row: number): void {
    if (this.#state[row] === UNNAMED) this.#unnamed--;
    else this.#unlink(row);
    this.#state[row] = FREE;
  }

  id(row: number): string {
    return String.fromCharCode(...this.idBytes(row));
  }

  #name(row: number): void {
    const id = this.#compute(row);
    this.#state[row] = NAMED;
    this.#unnamed--;
    for (let i = 0; i < ID_LENGTH; i++) this.#bytes[row * ID_LENGTH + i] = id.charCodeAt(i);
    this.#slots[this.#slotOf(id)] = row + 1;
  }

  /** The id's 12 ASCII bytes: a view, valid until the row is reused. */
  idBytes(row: number): Uint8Array {
    if (this.#state[row] === UNNAMED) this.#name(row);
    return this.#bytes.subarray(row * ID_LENGTH, (row + 1) * ID_LENGTH);
  }

  /** The row of an id, -1 when none has it. An id that nobody was told of may belong to a row without a name: all get one. */
  row(id: string): number {
    const known = this.#slots[this.#slotOf(id)] - 1;
    if (known >= 0 || this.#unnamed === 0) return known;
    for (let row = 0; row < this.#end; row++) if (this.#state[row] === UNNAMED) this.#name(row);
    return this.#slots[this.#slotOf(id)] - 1;
  }

  /** The slot of the row with this id, or the empty one where it would be. */
  #slotOf(id: string): number {
    let slot = homeOf(id, this.#mask);
    for (let entry = this.#slots[slot]; entry !== 0; entry = this.#slots[slot]) {
      if (this.#hasId(entry - 1, id)) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #hasId(row: number, id: string): boolean {
    if (id.length !== ID_LENGTH) return false;
    const at = row * ID_LENGTH;
    for (let i = 0; i < ID_LENGTH; i++) if (this.#bytes[at + i] !== id.charCodeAt(i)) return false;
    return true;
  }

  /** Entries behind the hole move up (Knuth, TAOCP 3, 6.4 R). A row whose id another one has taken over has no slot. */
  #unlink(row: number): void {
    const slots = this.#slots;
    let hole = this.#slotOf(this.id(row));
    if (slots[hole] !== row + 1) return;
    for (let slot = (hole + 1) & this.#mask; slots[slot] !== 0; slot = (slot + 1) & this.#mask) {
      const home = homeOf(this.id(slots[slot] - 1), this.#mask);
      if (((slot - home) & this.#mask) >= ((slot - hole) & this.#mask)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  /** Takes in an alias out of a policy document whose shape has no row yet. */
  tell(old: string, canonical: string): void {
    if (this.alias(old, canonical)) this.toldAliases++;
  }

  /** Follows chains, so that every alias leads to an id that is none. @returns false when refused */
  alias(old: string, canonical: string): boolean {
    const target = this.canonicalId(canonical);
    if (target === old) return false;
    if (!this.#aliases.has(old) && this.#aliases.size >= this.#maxAliases) {
      this.aliasesRefusedTotal++;
      return false;
    }
    this.#aliases.set(old, target);
    return true;
  }

  /** The id that `id` is reported as today: itself when it was never merged. */
  canonicalId(id: string): string {
    let current = id;
    for (let next = this.#aliases.get(current); next !== undefined; next = this.#aliases.get(current)) current = next;
    return current;
  }

  aliases(): ReadonlyMap<string, string> {
    return new Map([...this.#aliases.keys()].map((old) => [old, this.canonicalId(old)]));
  }
}

/** Ids are parts of SHA-256, which nobody can aim at one slot without as many tries as there are slots for each. */
function homeOf(id: string, mask: number): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & mask;
}
