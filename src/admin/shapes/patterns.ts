/** Patterns as lists and pages show them. Counts are since the process started, rates over the last minute. */

export const PATTERN_SORTS = [
  "records_per_second",
  "bytes_per_second",
  "records",
  "bytes",
  "kept",
  "first_seen",
  "last_seen",
  "id",
] as const;
export type PatternSort = (typeof PATTERN_SORTS)[number];

export interface PatternQuery {
  readonly limit: number;
  /** `next` of the page before; absent for the first. */
  readonly cursor?: string;
  /** Descending, but for `id`. */
  readonly sort: PatternSort;
  readonly service?: string;
  /** Name of a severity class. */
  readonly severity?: string;
  /** Text that the template or the id contains. */
  readonly search?: string;
}

export interface PatternRow {
  /** Published id, 12 characters. */
  readonly id: string;
  readonly template: string;
  readonly service: string;
  readonly severity: string;
  readonly state: "new" | "steady" | "anomalous" | "quiet";
  readonly records: number;
  readonly bytes: number;
  readonly kept: number;
  readonly records_per_second: number;
  readonly bytes_per_second: number;
  /** Probability that the next record is kept, 0..1. */
  readonly probability: number;
  /** Keep reason that decides now. */
  readonly reason: string;
  /** Id of the rule that holds for every record of the pattern; null when none does. */
  readonly rule: string | null;
  /** RFC 3339. */
  readonly first_seen: string;
  readonly last_seen: string;
}

export interface PatternDetail extends PatternRow {
  /** What summing the weights of its kept records gives, where `records` came. */
  readonly weighted_records: number;
  /**
   * Half-width of the 95 % interval of that sum, for lines that draw by themselves; lines that share traces vary more.
   */
  readonly weighted_records_plus_minus: number;
  readonly value: number;
  readonly floor_per_minute: number;
  /** Lines a second in ordinary times; null while unknown. */
  readonly baseline_per_second: number | null;
  readonly family: string | null;
  /** Ids that were merged into this one. */
  readonly aliases: readonly string[];
  /** Why the probability is what it is, in order, one sentence each. */
  readonly because: readonly string[];
}
