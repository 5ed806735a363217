import type { KeepReason } from "../../model/decision.ts";
import { SPECIAL_FIRST } from "../patterns/pattern-state.ts";
import { SEVERITY_CLASS_ERROR } from "./decide/reason-codes.ts";
import type { SamplerInside } from "./inside.ts";

/**
 * The reason that would keep the next line of a pattern, or "muted": the order of decision (`decide/decision-order.ts`) as
 * far as it depends on the pattern alone. Traces, floors that are due and what buckets hold decide about single lines, and
 * are left out; `explain.ts` walks the whole order for one line.
 */
export function keepReasonOf({ parts, rules }: SamplerInside, row: number): KeepReason | "muted" {
  const { settings, state } = parts;
  if (settings.mode === "observe") return "observe";
  const rule = state.rule[row];
  if (rule >= 0) return rules.at(rule).rule.kind === "mute" ? "muted" : "rule";
  if (state.severity[row] >= SEVERITY_CLASS_ERROR && state.plan[row] >= 1) return "error";
  return (state.special[row] & SPECIAL_FIRST) === 0 ? "sampled" : "novel";
}
