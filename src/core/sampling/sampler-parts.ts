/** The parts of a sampler: created once, and passed in small selections to the units that work on them. */
import type { EvictedPatterns } from "../patterns/evicted-patterns.ts";
import type { PatternDirectory } from "../patterns/pattern-directory.ts";
import type { PatternState } from "../patterns/pattern-state.ts";
import type { SummaryAccumulator } from "../summaries/summary-accumulator.ts";
import type { Allowance } from "./budget/allowance.ts";
import type { Buckets } from "./budget/buckets.ts";
import type { NoveltyGuard } from "./decide/novelty-guard.ts";
import type { Randomness } from "./decide/randomness.ts";
import type { TracePromotion } from "./decide/trace-promotion.ts";
import type { Planner } from "./plan/planner.ts";
import type { SamplingSettings } from "./settings.ts";
import type { ServiceTable } from "./shares/service-table.ts";

export interface SamplerParts {
  readonly settings: SamplingSettings;
  readonly directory: PatternDirectory;
  readonly state: PatternState;
  readonly services: ServiceTable;
  readonly allowance: Allowance;
  readonly planner: Planner;
  readonly randomness: Randomness;
  readonly promotion: TracePromotion;
  readonly summaries: SummaryAccumulator;
  readonly buckets: Buckets;
  /** Factor of the priority that the policy sets, by pattern; 1 is neutral. */
  readonly policyValue: Float32Array;
  readonly evicted: EvictedPatterns;
  readonly guard: NoveltyGuard;
}
