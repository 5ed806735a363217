/**
 * Adds the content of a policy document to the pattern table: patterns that other instances have seen, and aliases.
 * Seeded patterns are no news when their first line comes, and a template with a learned slot is not learned again.
 */
import type { PatternColumns } from "./pattern-columns.ts";
import type { PatternTable } from "./pattern-table.ts";
import { OVERFLOW_ROW } from "./pattern-table.ts";
import { scopeOf } from "./scope.ts";
import { parseTemplate } from "./template-text.ts";

/** Kind that a readable template gives to the slot of a learned word. */
const LEARNED_KIND = "word";

/** A pattern of a policy document. */
export interface SeedPattern {
  /** Its id in the document; it becomes an alias if the rules of this version give the template another one. */
  readonly id?: string;
  readonly template: string;
  readonly service: string;
  /** Index into SEVERITY_CLASSES. */
  readonly severityClass: number;
}

export class PolicySeeds {
  readonly #columns: PatternColumns;
  readonly #table: PatternTable;

  constructor(columns: PatternColumns, table: PatternTable) {
    this.#columns = columns;
    this.#table = table;
  }

  /** @param aliases pairs of an id and the id it is reported as */
  add(patterns: Iterable<SeedPattern>, aliases: Iterable<readonly [string, string]>): void {
    for (const pattern of patterns) {
      this.#table.beginBatch();
      this.#addPattern(pattern);
    }
    for (const [old, canonical] of aliases) this.#addAlias(old, canonical);
  }

  #addPattern({ id, template, service, severityClass }: SeedPattern): void {
    const { services, origins, kinds: slotKinds, ids } = this.#columns;
    const { words, kinds } = parseTemplate(template);
    const scope = scopeOf(services.number(service), severityClass);
    const found = this.#table.find(scope, words, 0, words.length);
    const row = found >= 0 ? found : this.#table.insert(scope, words, 0, words.length);
    origins.seed(row);
    slotKinds.seed(row, kinds);
    if (kinds.includes(LEARNED_KIND)) origins.learn(row, scope);
    if (id !== undefined && row !== OVERFLOW_ROW && ids.id(row) !== id) ids.seedAlias(id, ids.id(row));
  }

  /** Ids are merged by learning only: the pattern that an alias leads to has a learned slot. */
  #addAlias(old: string, canonical: string): void {
    const { ids, origins, shapes } = this.#columns;
    const into = ids.row(ids.canonicalId(canonical));
    const row = ids.row(old);
    if (into >= 0) origins.learn(into, shapes.scope(into));
    if (into >= 0 && row >= 0 && row !== into) this.#table.merge(row, into);
    else ids.seedAlias(old, canonical);
  }

  /** Merges a new shape whose id the document calls an alias. @returns whether it did */
  mergeByAlias(row: number): boolean {
    const { ids } = this.#columns;
    if (ids.seededAliases === 0) return false;
    const id = ids.id(row);
    const canonical = ids.canonicalId(id);
    const into = canonical === id ? -1 : ids.row(canonical);
    if (into < 0) return false;
    this.#table.merge(row, into);
    return true;
  }
}
