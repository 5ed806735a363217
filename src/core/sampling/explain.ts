import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { UNPLANNED_K } from "./decision-order.ts";
import { RULE_NONE, RULE_PER_RECORD, SPECIAL_FIRST } from "./pattern-state.ts";
import type { PatternScope } from "./rules.ts";
import type { Sampler } from "./sampler.ts";

/**
 * Why a record would be kept or dropped now: the order of decision walked step by step over the sampler's state, without
 * counting, charging or learning anything. What a draw would give is told as a probability.
 */
export interface DecisionStep {
  /** A keep reason, or "muted". */
  readonly step: string;
  readonly matched: boolean;
  readonly rule: string | null;
  /** One sentence. */
  readonly because: string;
}

export interface DecisionTrace {
  readonly steps: readonly DecisionStep[];
  readonly reason: string;
  readonly probability: number;
}

const ERROR_CLASS = 5;

/** @param row of the pattern, or -1 when no record of this shape was seen */
export function explainDecision(
  sampler: Sampler,
  scope: PatternScope,
  row: number,
  batch: LogBatch,
  record: number,
  now: Instant,
): DecisionTrace {
  const walk = new DecisionWalk(sampler, scope, row, batch, record, now);
  return walk.run();
}

class DecisionWalk {
  readonly #sampler: Sampler;
  readonly #scope: PatternScope;
  readonly #row: number;
  readonly #batch: LogBatch;
  readonly #record: number;
  readonly #now: Instant;
  readonly #steps: DecisionStep[] = [];

  constructor(sampler: Sampler, scope: PatternScope, row: number, batch: LogBatch, record: number, now: Instant) {
    this.#sampler = sampler;
    this.#scope = scope;
    this.#row = row;
    this.#batch = batch;
    this.#record = record;
    this.#now = now;
  }

  run(): DecisionTrace {
    return (
      this.#observe() ??
      this.#bypass() ??
      this.#rule() ??
      this.#error() ??
      this.#novel() ??
      this.#trace() ??
      this.#floor() ??
      this.#sampled()
    );
  }

  #miss(step: string, because: string, rule: string | null = null): undefined {
    this.#steps.push({ step, matched: false, rule, because });
    return undefined;
  }

  #hit(step: string, probability: number, because: string, rule: string | null = null): DecisionTrace {
    this.#steps.push({ step, matched: true, rule, because });
    return { steps: this.#steps, reason: step, probability };
  }

  #observe(): DecisionTrace | undefined {
    const { settings, services } = this.#sampler.parts;
    const service = services.rowFor(this.#scope.service);
    const mode = (service === undefined ? undefined : services.settings[service]?.mode) ?? settings.mode;
    if (mode !== "observe") return undefined;
    return this.#hit("observe", 1, "the mode is observe: everything is forwarded, decisions are only reported");
  }

  #bypass(): DecisionTrace | undefined {
    const service = this.#sampler.parts.services.rowFor(this.#scope.service);
    const bypassed =
      this.#now.monoMs < this.#sampler.bypassUntil(undefined) ||
      (service !== undefined && this.#sampler.isBypassed(service, this.#now.monoMs));
    if (bypassed) return this.#hit("bypass", 1, "dropping is bypassed for this service or for all");
    return this.#miss("bypass", "no bypass is active");
  }

  #rule(): DecisionTrace | undefined {
    const book = this.#sampler.rules;
    const found = book.forPattern(this.#scope);
    const index = found === RULE_PER_RECORD ? book.forRecord(this.#scope, this.#batch, this.#record) : found;
    if (index === RULE_NONE) return this.#miss("rule", "no rule matches");
    const { rule } = book.at(index);
    if (rule.kind === "pin") return this.#hit("rule", 1, "a rule pins records like this one", rule.id);
    if (rule.kind === "mute") return this.#hit("muted", 0, "a rule mutes records like this one", rule.id);
    if (rule.kind === "floor") return this.#miss("rule", "a rule raises the floor of records like this one", rule.id);
    return this.#miss("rule", "a rule caps the bytes of records like this one", rule.id);
  }

  #error(): DecisionTrace | undefined {
    if (this.#scope.severityClass < ERROR_CLASS) return this.#miss("error", "the severity is below ERROR");
    if (!this.#sampler.planResult.errorsSampled) {
      return this.#hit("error", 1, "ERROR and worse fit their lane: every record is kept");
    }
    return this.#miss("error", "ERROR and worse exceed their lane and are sampled");
  }

  #novel(): DecisionTrace | undefined {
    const { state } = this.#sampler.parts;
    if (this.#row < 0 || state.lastSeenMs[this.#row] < 0) {
      return this.#hit("novel", 1, "no record of this pattern was seen yet: its first lines are kept");
    }
    if ((state.special[this.#row] & SPECIAL_FIRST) !== 0) {
      return this.#hit("novel", 1, `${state.firstLines[this.#row]} first lines of this pattern are still to be kept`);
    }
    return this.#miss("novel", "the pattern is known and its first lines were kept");
  }

  #trace(): DecisionTrace | undefined {
    const at = this.#batch.traceStart[this.#record];
    const promoted = at !== 0 && this.#sampler.parts.promotion.isPromoted(this.#batch.bytes, at, this.#now.monoMs);
    if (promoted) return this.#hit("trace", 1, "its trace has a kept ERROR");
    return this.#miss("trace", at === 0 ? "the record has no trace id" : "its trace has no kept trigger");
  }

  #floor(): DecisionTrace | undefined {
    const { state } = this.#sampler.parts;
    if (this.#now.monoMs >= state.floorDueMs[this.#row]) {
      return this.#hit("floor", 1, "the pattern's floor is due: its next record is kept");
    }
    return this.#miss("floor", "the pattern had its floor line in this window");
  }

  #sampled(): DecisionTrace {
    const { state, settings } = this.#sampler.parts;
    const planned = state.plan[this.#row] > 0 ? state.plan[this.#row] : (settings.budget.keepRatio ?? 1);
    const arrivals = state.windowCount[this.#row] + 1;
    const p = Math.min(planned, (state.decayK[this.#row] || UNPLANNED_K) / arrivals);
    const why = `the plan keeps ${(100 * planned).toPrecision(3)} % of this pattern`;
    const burst = p < planned ? `, and record ${arrivals} of a burst less` : "";
    return this.#hit("sampled", p, why + burst);
  }
}
