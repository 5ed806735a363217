/** What of a sampler its own readers see: the view, explanations. Nothing outside this folder imports it. */

import type { SamplerParts } from "./decide/sampler-parts.ts";
import type { TickBooks } from "./decide/spend-counters.ts";
import type { PlanResult } from "./plan/planner.ts";
import type { RuleBook } from "./rules/rules.ts";

export interface SamplerInside {
  readonly parts: Readonly<SamplerParts>;
  /** The rules in force. */
  readonly rules: RuleBook;
  /** What the last tick left for decisions. */
  readonly books: Readonly<TickBooks>;
  readonly plan: PlanResult;
  /** Monotonic milliseconds until which nothing is dropped, of any service; -1 = no bypass was started. */
  readonly bypassUntilMs: number;
}
