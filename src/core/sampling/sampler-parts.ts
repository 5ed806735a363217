/** The parts of a sampler, as its decisions and its tick share them. */
import type { Allowance } from "./allowance.ts";
import type { EvictedPatterns } from "./evicted-patterns.ts";
import type { Lanes } from "./lanes.ts";
import type { PatternState } from "./pattern-state.ts";
import type { Planner } from "./planner.ts";
import type { Randomness } from "./randomness.ts";
import type { ServiceTable } from "./service-table.ts";
import type { SamplingSettings } from "./settings.ts";
import type { SummaryAccumulator } from "./summaries.ts";
import type { TracePromotion } from "./trace-promotion.ts";

/** Two lanes of 32 bits. */
export interface PatternHash {
  readonly first: number;
  readonly second: number;
}

/** What the sampler asks of the pattern table. */
export interface PatternDirectory {
  id(row: number): string;
  service(row: number): string;
  severityClass(row: number): number;
  /** True when the pattern is no news: it came with the policy document, or is a better name of patterns before it. */
  known(row: number): boolean;
  /** True when it came with the policy document: it is never young. */
  isSeeded(row: number): boolean;
  /** Keyed hash of service, severity class and template: the same whenever the pattern comes back. */
  hash(row: number): PatternHash;
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
  readonly evicted: EvictedPatterns;
}
