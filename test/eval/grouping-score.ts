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
}

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
  for (const members of groups.values()) {
    if (members.size > 1) mixed++;
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
  };
}
