/**
 * A read-only view of the pattern table, for every other stage: the properties of a pattern, by row or by published id.
 * Answers for a row are valid until the row is evicted; until then its id never changes and its text may only widen.
 */
import type { PatternColumns } from "./pattern-columns.ts";
import { rareWords } from "./rare-words.ts";
import { severityClassIn, severityNameIn } from "./scope.ts";
import { readableText } from "./template-text.ts";

export class PatternCatalog {
  readonly #columns: PatternColumns;

  constructor(columns: PatternColumns) {
    this.#columns = columns;
  }

  /** Every row number is below this. */
  get capacity(): number {
    return this.#columns.capacity;
  }

  /** Published id of a row. */
  id(row: number): string {
    return this.#columns.ids.id(row);
  }

  /** ASCII bytes of the published id: a view, valid until the row is reused. */
  idBytes(row: number): Uint8Array {
    return this.#columns.ids.idBytes(row);
  }

  /**
   * Template for people: slots by their kinds, `user <word> from <ip>`, and words that may be personal data hidden
   * until several different lines held them.
   */
  template(row: number): string {
    const { shapes, origins, kinds } = this.#columns;
    const bytes = shapes.templateBytes(row);
    const hidden = origins.isKnown(row) || kinds.isCommon(row) ? [] : rareWords(bytes, bytes.length);
    return readableText(bytes, (slot) => kinds.name(row, slot), hidden);
  }

  /** Template with the byte SLOT for every slot: a view, valid until the next new shape. */
  templateBytes(row: number): Uint8Array {
    return this.#columns.shapes.templateBytes(row);
  }

  service(row: number): string {
    return this.#columns.service(row);
  }

  /** Index into SEVERITY_CLASSES. */
  severityClass(row: number): number {
    return severityClassIn(this.#columns.shapes.scope(row));
  }

  /** Name of the severity class, out of SEVERITY_CLASSES. */
  severityName(row: number): string {
    return severityNameIn(this.#columns.shapes.scope(row));
  }

  /** Keyed hash of scope and template: the same whenever the pattern comes back. */
  hash(row: number): { readonly first: number; readonly second: number } {
    return this.#columns.shapes.hash(row);
  }

  /** Whether the pattern is no news: a policy document has it, or it was learned from patterns that came before. */
  known(row: number): boolean {
    return this.#columns.origins.isKnown(row);
  }

  /** Whether the pattern came out of a policy document. */
  isSeeded(row: number): boolean {
    return this.#columns.origins.isSeeded(row);
  }

  /** Row of a published id, aliases resolved; -1 when no row has it. */
  find(id: string): number {
    const { ids } = this.#columns;
    return ids.row(ids.canonicalId(id));
  }

  /** The id that `id` is reported as today: itself unless it was merged. */
  canonicalId(id: string): string {
    return this.#columns.ids.canonicalId(id);
  }

  /** Merged ids, each with the id it is reported as. */
  aliases(): ReadonlyMap<string, string> {
    return this.#columns.ids.aliases();
  }

  /** Rows of all patterns. */
  *rows(): IterableIterator<number> {
    for (let row = 0; row < this.#columns.capacity; row++) if (this.#columns.isPattern(row)) yield row;
  }
}
