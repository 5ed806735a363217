/**
 * The columns of the pattern table, by row number: the shape (scope and template), the published id, the kinds of the
 * slots, the origin. PatternTable gives rows out and takes them back, TemplateLearner and PolicySeeds write origins and
 * aliases, PatternCatalog reads.
 * Bounds: `maxPatterns` rows, ARENA_BYTES_PER_PATTERN bytes of template for each, `maxServices` names.
 */
import { publishedId } from "./published-id.ts";
import { RowIds } from "./row-ids.ts";
import { RowOrigins } from "./row-origins.ts";
import { scopeLimit, serviceOf, severityNameIn } from "./scope.ts";
import { ServiceNames } from "./service-names.ts";
import { CANONICAL, ROW_BITS, ShapeIndex } from "./shape-index.ts";
import { SlotKinds } from "./slot-kinds.ts";
import type { TemplateHash } from "./template-hash.ts";

/** The arena is used to seven eighths: templates of 140 bytes if every row is taken; longer ones leave rows unused. */
const ARENA_BYTES_PER_PATTERN = 160;
const SMALLEST_ARENA_BYTES = 1 << 20;
const FEWEST_ROWS = 16;

export interface PatternTableSettings {
  /** Rows; at least FEWEST_ROWS are made. */
  readonly maxPatterns: number;
  /** Services with scopes of their own; all others share the service `other`. */
  readonly maxServices: number;
}

export class PatternColumns {
  /** Every row number is below this. */
  readonly capacity: number;
  readonly shapes: ShapeIndex;
  readonly services: ServiceNames;
  readonly ids: RowIds;
  readonly kinds: SlotKinds;
  readonly origins: RowOrigins;

  constructor({ maxPatterns, maxServices }: PatternTableSettings, hash: TemplateHash) {
    const capacity = Math.max(maxPatterns, FEWEST_ROWS);
    this.capacity = capacity;
    this.shapes = new ShapeIndex(capacity, Math.max(capacity * ARENA_BYTES_PER_PATTERN, SMALLEST_ARENA_BYTES), hash);
    this.services = new ServiceNames(maxServices);
    this.ids = new RowIds(capacity, capacity, (row) => {
      const scope = this.shapes.scope(row);
      return publishedId(this.service(row), severityNameIn(scope), this.shapes.template(row));
    });
    this.kinds = new SlotKinds(capacity);
    this.origins = new RowOrigins(capacity, scopeLimit(maxServices));
  }

  /** Name of the row's service. */
  service(row: number): string {
    return this.services.name(serviceOf(this.shapes.scope(row)));
  }

  /** Whether records are reported as this row: it is in use and not merged into another. */
  isPattern(row: number): boolean {
    return this.shapes.isUsed(row) && this.shapes.rows[(row << ROW_BITS) + CANONICAL] === row;
  }
}
