/** Problems of the planner's water-filling made of plain objects. */
import { BreakpointHistogram } from "../../../src/core/sampling/plan/breakpoint-histogram.ts";
import { BreakpointScale, quantize } from "../../../src/core/sampling/plan/breakpoint-scale.ts";

export interface RigPattern {
  /** Service. */
  readonly group: number;
  /** Lines a second that arrive. */
  readonly lambda: number;
  readonly bytes: number;
  readonly value: number;
}

/** Bytes a second of all lines of a pattern, and at τ = 1. */
export function termsOf({ lambda, bytes, value }: RigPattern): { readonly cost: number; readonly gradient: number } {
  return { cost: quantize(lambda * bytes), gradient: quantize(value * Math.sqrt(lambda * bytes)) };
}

/** Lines a second that the solver keeps of each pattern. @param budgets bytes a second of each service */
export function allocate(patterns: readonly RigPattern[], budgets: readonly number[]): number[] {
  const scale = new BreakpointScale();
  const taus = budgets.map((budget, group) => {
    const histogram = new BreakpointHistogram(scale);
    for (const pattern of patterns) {
      const { cost, gradient } = termsOf(pattern);
      if (pattern.group === group) histogram.add(cost, gradient);
    }
    return histogram.solve(budget);
  });
  return patterns.map((pattern) => {
    const { cost, gradient } = termsOf(pattern);
    return pattern.lambda * Math.min(1, ((taus[pattern.group] ?? 0) * gradient) / cost);
  });
}
