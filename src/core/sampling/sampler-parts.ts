/** The parts of a sampler, as its decisions and its tick share them. */
import type { Allowance } from "./allowance.ts";
import type { EvictedPatterns } from "./evicted-patterns.ts";
import type { Lanes } from "./lanes.ts";
import type { NoveltyGuard } from "./novelty-guard.ts";
import type { PatternDirectory } from "./pattern-directory.ts";
import type { PatternState } from "./pattern-state.ts";
import type { Planner } from "./planner.ts";
import type { Randomness } from "./randomness.ts";
import type { ServiceTable } from "./service-table.ts";
import type { SamplingSettings } from "./settings.ts";
import type { SummaryAccumulator } from "./summaries.ts";
import type { TracePromotion } from "./trace-promotion.ts";

/** Everything a batch decision reads and writes, shared by the sampler's parts. */
export interface SamplerParts extends Lanes {
  readonly settings: SamplingSettings;
  readonly directory: PatternDirectory;
  readonly state: PatternState;
  readonly services: ServiceTable;
  readonly allowance: Allowance;
  readonly planner: Planner;
  readonly randomness: Randomness;
  readonly promotion: TracePromotion;
  readonly summaries: SummaryAccumulator;
  readonly policyValue: Float32Array;
  readonly evicted: EvictedPatterns;
  readonly guard: NoveltyGuard;
}
