/** The parts of a sampler, as its decisions and its tick share them. */

import type { EvictedPatterns } from "../../patterns/evicted-patterns.ts";
import type { PatternDirectory } from "../../patterns/pattern-directory.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import type { SummaryAccumulator } from "../../summaries/summary-accumulator.ts";
import type { Allowance } from "../budget/allowance.ts";
import type { Lanes } from "../budget/buckets.ts";
import type { Planner } from "../plan/planner.ts";
import type { SamplingSettings } from "../settings.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import type { NoveltyGuard } from "./novelty-guard.ts";
import type { Randomness } from "./randomness.ts";
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
