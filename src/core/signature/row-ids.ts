/**
 * Published ids of rows, both ways, and the aliases learned or told: old id → canonical id. Bounds: one id a row;
 * at most `maxAliases` aliases, later ones are refused and counted.
 */
import { ID_LENGTH } from "./published-id.ts";

export class RowIds {
  /** Aliases that found no place. */
  aliasesRefusedTotal = 0;
  readonly #bytes: Uint8Array;
  readonly #ids: string[] = [];
  readonly #rowOfId = new Map<string, number>();
  readonly #aliases = new Map<string, string>();
  readonly #maxAliases: number;

  constructor(rows: number, maxAliases: number) {
    this.#bytes = new Uint8Array(rows * ID_LENGTH);
    this.#maxAliases = maxAliases;
  }

  set(row: number, id: string): void {
    this.#ids[row] = id;
    this.#rowOfId.set(id, row);
    for (let i = 0; i < ID_LENGTH; i++) this.#bytes[row * ID_LENGTH + i] = id.charCodeAt(i);
  }

  remove(row: number): void {
    const id = this.#ids[row];
    if (this.#rowOfId.get(id) === row) this.#rowOfId.delete(id);
  }

  id(row: number): string {
    return this.#ids[row];
  }

  /** The id's 12 ASCII bytes: a view, valid until the row is reused. */
  idBytes(row: number): Uint8Array {
    return this.#bytes.subarray(row * ID_LENGTH, (row + 1) * ID_LENGTH);
  }

  row(id: string): number {
    return this.#rowOfId.get(id) ?? -1;
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
