/** Read access to the state of a sampler, for its view and its explanations. Only this folder imports it. */

import type { KeepOrder } from "./decide/keep-order.ts";
import type { PatternArrivals } from "./decide/pattern-arrivals.ts";
import type { PlanResult } from "./plan/planner.ts";
import type { RuleSet } from "./rules/rules.ts";
import type { SamplerParts } from "./sampler-parts.ts";

export interface SamplerInside {
  readonly parts: Readonly<SamplerParts>;
  /** The rules in force. */
  readonly rules: RuleSet;
  /** The plan of the last tick. */
  readonly plan: PlanResult;
  /** The steps of a decision, and what an arrival changes before them. */
  readonly order: KeepOrder;
  readonly arrivals: PatternArrivals;
}
