/**
 * Published ids of rows, in both directions, and aliases: ids that are reported as another one since their patterns
 * were merged, by learning here or by the policy document. An id is computed at its first use, because most shapes of a
 * flood are evicted before their ids are used. Ids are held as bytes in one array: a string and a map entry for each
 * would take several times as much.
 * Bounds: one id a row; `maxAliases` aliases, later ones are refused.
 */
import { ID_LENGTH } from "./published-id.ts";

/** States of a row: not in use, in use with an id that is not computed yet, and with one that is. */
const FREE = 0;
const UNNAMED = 1;
const NAMED = 2;

export class RowIds {
  /** Aliases of a policy document whose shapes had no row: while there are any, new shapes are looked up among them. */
  seededAliases = 0;
  readonly #bytes: Uint8Array;
  readonly #state: Uint8Array;
  /** Hash table from ids to row numbers plus one; 0 is an empty slot. At most half full. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #aliases = new Map<string, string>();
  readonly #maxAliases: number;
  readonly #compute: (row: number) => string;
  /** Every row in use is below this. */
  #end = 0;
  /** Rows whose id is not computed yet. */
  #unnamed = 0;

  /** @param compute makes the id of a row that is in use */
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

  /** Adds a row that was given to a shape. */
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

  /** The row of an id, -1 when none has it. If it is not found at once, the ids of all rows are computed. */
  row(id: string): number {
    const known = this.#slots[this.#slotOf(id)] - 1;
    if (known >= 0 || this.#unnamed === 0) return known;
    for (let row = 0; row < this.#end; row++) if (this.#state[row] === UNNAMED) this.#name(row);
    return this.#slots[this.#slotOf(id)] - 1;
  }

  /** The slot that holds the row with this id, or the empty slot where it would be. */
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

  /**
   * Empties the row's slot; entries behind the hole move up (Knuth, TAOCP vol. 3, section 6.4, algorithm R). A row
   * whose id a later row has too (a collision of 66 bits) has no slot.
   */
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

  /** Adds an alias out of a policy document whose shape has no row yet. */
  seedAlias(old: string, canonical: string): void {
    if (this.alias(old, canonical)) this.seededAliases++;
  }

  /** Reports `old` as `canonical`, or as what that is an alias of. @returns false when refused */
  alias(old: string, canonical: string): boolean {
    const target = this.canonicalId(canonical);
    if (target === old) return false;
    if (!this.#aliases.has(old) && this.#aliases.size >= this.#maxAliases) return false;
    this.#aliases.set(old, target);
    return true;
  }

  /** The id that `id` is reported as today: itself unless it was merged. */
  canonicalId(id: string): string {
    let current = id;
    for (let next = this.#aliases.get(current); next !== undefined; next = this.#aliases.get(current)) current = next;
    return current;
  }

  /** All aliases, each with the id it is reported as. */
  aliases(): ReadonlyMap<string, string> {
    return new Map([...this.#aliases.keys()].map((old) => [old, this.canonicalId(old)]));
  }
}

/** Unkeyed: ids are parts of SHA-256, so one that lands in a given slot costs an attacker as many hashes as slots. */
function homeOf(id: string, mask: number): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & mask;
}
