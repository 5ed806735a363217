/** The parts of a sampler, as its decisions and its tick share them. */
import type { Allowance } from "./allowance.ts";
import type { Lanes } from "./lanes.ts";
import type { PatternState } from "./pattern-state.ts";
import type { Planner } from "./planner.ts";
import type { Randomness } from "./randomness.ts";
import type { ServiceTable } from "./service-table.ts";
import type { SamplingSettings } from "./settings.ts";
import type { SummaryAccumulator } from "./summaries.ts";
import type { TracePromotion } from "./trace-promotion.ts";

/** What the sampler asks of the pattern table. */
export interface PatternDirectory {
  id(row: number): string;
  service(row: number): string;
  severityClass(row: number): number;
  /** True when the pattern is no news: it came with the policy document, or is a better name of patterns before it. */
  known(row: number): boolean;
  /** True when it came with the policy document: it is never young. */
  isSeeded(row: number): boolean;
}

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
}
