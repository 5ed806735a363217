/** Problems of the planner's water-filling made of plain objects. */
import { createProblem, solve } from "../../src/core/sampling/water-filling.ts";

export interface RigPattern {
  /** Service. */
  readonly group: number;
  /** Lines a second that arrive. */
  readonly lambda: number;
  readonly bytes: number;
  readonly value: number;
}

/** Lines a second that the solver keeps of each pattern. @param budgets bytes a second of each service */
export function allocate(patterns: readonly RigPattern[], budgets: readonly number[]): number[] {
  const problem = createProblem(patterns.length, budgets.length);
  problem.count = patterns.length;
  problem.groupCount = budgets.length;
  problem.budget.set(budgets);
  for (const [i, { group, lambda, bytes, value }] of patterns.entries()) {
    problem.group[i] = group;
    problem.ceiling[i] = lambda;
    problem.bytes[i] = bytes;
    problem.slope[i] = (value * Math.sqrt(lambda)) / Math.sqrt(bytes);
  }
  solve(problem);
  return patterns.map((pattern, i) =>
    Math.min(pattern.lambda, (problem.tau[pattern.group] ?? 0) * (problem.slope[i] ?? 0)),
  );
}
