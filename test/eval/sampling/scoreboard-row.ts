/** One number of the scoreboard: what was measured, of which sampler, and what it must reach. */
export interface ScoreboardRow {
  /** Rows of one measure form a line of the table, one column a sampler: spell it the same for all. */
  readonly measure: string;
  /** "lipservice", or the name of a competitor. */
  readonly sampler: string;
  readonly value: number;
  /** "" for ratios and counts. */
  readonly unit: string;
  /** What ours must reach; competitors have none. */
  readonly reach?: Reach;
  readonly passes?: boolean;
  /** What a reader must know to believe the number: sample sizes, names of what was missed. */
  readonly note?: string;
}

export interface Reach {
  readonly relation: "<=" | ">=" | "=";
  readonly bound: number;
}

/** A row of ours, judged. */
export function judged(
  row: Pick<ScoreboardRow, "measure" | "value" | "unit" | "note">,
  relation: Reach["relation"],
  bound: number,
): ScoreboardRow {
  return { ...row, sampler: "lipservice", reach: { relation, bound }, passes: reaches(row.value, relation, bound) };
}

function reaches(value: number, relation: Reach["relation"], bound: number): boolean {
  if (relation === "<=") return value <= bound;
  return relation === ">=" ? value >= bound : value === bound;
}
