/**
 * Grouping metrics of a signature engine against labelled lines. GA: share of lines whose predicted group equals, as a
 * set of lines, a true group (Zhu et al., ICSE 2019). FGA: the harmonic mean of the same over groups (LogHub-2.0).
 */
export interface GroupingScore {
  readonly lines: number;
  readonly GA: number;
  readonly FGA: number;
  readonly trueGroups: number;
  readonly predictedGroups: number;
  /** True groups whose lines lie in several predicted ones. */
  readonly split: number;
  /** Predicted groups with lines of several true ones. */
  readonly mixed: number;
  /** Share of the true groups with at most RARE_LINES lines that share a predicted group SWALLOWED times their size. */
  readonly maskedRare: number;
}

const RARE_LINES = 10;
const SWALLOWED = 10;

/** @param truth and `predicted` hold one label a line, in the same order */
export function scoreGrouping(truth: readonly string[], predicted: readonly string[]): GroupingScore {
  const trueSizes = new Map<string, number>();
  const groups = new Map<string, Map<string, number>>();
  truth.forEach((label, i) => {
    trueSizes.set(label, (trueSizes.get(label) ?? 0) + 1);
    const members = groups.get(predicted[i]!) ?? new Map<string, number>();
    groups.set(predicted[i]!, members.set(label, (members.get(label) ?? 0) + 1));
  });
  let rightLines = 0;
  let rightGroups = 0;
  let mixed = 0;
  const homes = new Map<string, number>();
  const swallowed = new Set<string>();
  for (const members of groups.values()) {
    if (members.size > 1) mixed++;
    const size = [...members.values()].reduce((sum, lines) => sum + lines, 0);
    for (const label of members.keys()) {
      const rare = trueSizes.get(label) ?? 0;
      if (rare <= RARE_LINES && size >= SWALLOWED * rare && members.size > 1) swallowed.add(label);
    }
    for (const label of members.keys()) homes.set(label, (homes.get(label) ?? 0) + 1);
    for (const [label, lines] of members) {
      if (members.size > 1 || lines !== trueSizes.get(label)) continue;
      rightLines += lines;
      rightGroups++;
    }
  }
  return {
    lines: truth.length,
    GA: rightLines / truth.length,
    FGA: (2 * rightGroups) / (groups.size + trueSizes.size),
    trueGroups: trueSizes.size,
    predictedGroups: groups.size,
    split: [...homes.values()].filter((count) => count > 1).length,
    mixed,
    maskedRare: swallowed.size / Math.max(1, [...trueSizes.values()].filter((lines) => lines <= RARE_LINES).length),
  };
}

/**
 * New groups per new true group after the first tenth of the lines.
 * @param isNew whether the line is the first of a group that nobody was told of before
 */
export function falseNovelty(truth: readonly string[], isNew: readonly boolean[]): number {
  const tenth = Math.floor(truth.length / 10);
  const seen = new Set(truth.slice(0, tenth));
  const before = seen.size;
  for (const label of truth) seen.add(label);
  const predicted = isNew.reduce((sum, first, i) => sum + (i >= tenth && first ? 1 : 0), 0);
  return predicted / Math.max(1, seen.size - before);
}
