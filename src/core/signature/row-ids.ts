/**
 * Published ids of rows, both ways, and the aliases learned or told: old id → canonical id. An id is computed when
 * somebody first asks for it: of a flood of new shapes most are gone before anybody does. Bounds: one id a row; at most
 * `maxAliases` aliases, later ones are refused and counted.
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
  readonly #ids: string[] = [];
  readonly #state: Uint8Array;
  readonly #rowOfId = new Map<string, number>();
  readonly #aliases = new Map<string, string>();
  readonly #maxAliases: number;
  readonly #compute: (row: number) => string;
  /** Every row added is below this. */
  #end = 0;
  #unnamed = 0;

  /** @param compute the id of a row that is in use */
  constructor(rows: number, maxAliases: number, compute: (row: number) => string) {
    this.#bytes = new Uint8Array(rows * ID_LENGTH);
    this.#state = new Uint8Array(rows);
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
    else if (this.#rowOfId.get(this.#ids[row]) === row) this.#rowOfId.delete(this.#ids[row]);
    this.#state[row] = FREE;
  }

  id(row: number): string {
    if (this.#state[row] === UNNAMED) this.#name(row);
    return this.#ids[row];
  }

  #name(row: number): void {
    const id = this.#compute(row);
    this.#state[row] = NAMED;
    this.#unnamed--;
    this.#ids[row] = id;
    this.#rowOfId.set(id, row);
    for (let i = 0; i < ID_LENGTH; i++) this.#bytes[row * ID_LENGTH + i] = id.charCodeAt(i);
  }

  /** The id's 12 ASCII bytes: a view, valid until the row is reused. */
  idBytes(row: number): Uint8Array {
    if (this.#state[row] === UNNAMED) this.#name(row);
    return this.#bytes.subarray(row * ID_LENGTH, (row + 1) * ID_LENGTH);
  }

  /** The row of an id, -1 when none has it. An id that nobody was told of may belong to a row without a name: all get one. */
  row(id: string): number {
    const known = this.#rowOfId.get(id);
    if (known !== undefined || this.#unnamed === 0) return known ?? -1;
    for (let row = 0; row < this.#end; row++) if (this.#state[row] === UNNAMED) this.#name(row);
    return this.#rowOfId.get(id) ?? -1;
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
