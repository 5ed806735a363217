import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { FIRST_LINES, RETURN_LINES, SILENCE_MS } from "../patterns/first-lines.ts";
import { RULE_NONE, RULE_PER_RECORD, SPECIAL_FIRST } from "../patterns/pattern-state.ts";
import { followUpLevel, UNPLANNED_K } from "./decide/decision-order.ts";
import { SEVERITY_CLASS_ERROR } from "./decide/reason-codes.ts";
import type { SamplerInside } from "./inside.ts";
import { MIN_PROBABILITY, WINDOW_MS } from "./plan/row-plan.ts";
import type { PatternScope } from "./rules/rules.ts";

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

export interface ExplainedRecord {
  readonly batch: LogBatch;
  /** Its place in the batch. */
  readonly record: number;
  readonly scope: PatternScope;
  /** Row of the pattern; -1 when no record of this shape was seen. */
  readonly row: number;
}

export function explainDecision(sampler: SamplerInside, record: ExplainedRecord, now: Instant): DecisionTrace {
  return new DecisionWalk(sampler, record, now).run();
}

class DecisionWalk {
  readonly #sampler: SamplerInside;
  readonly #scope: PatternScope;
  readonly #row: number;
  readonly #batch: LogBatch;
  readonly #record: number;
  readonly #now: Instant;
  readonly #steps: DecisionStep[] = [];
  readonly #bytes: number;
  /** Highest probability that a cap has room for, and the rule it is of. */
  #room = 1;
  #cap: string | null = null;

  constructor(sampler: SamplerInside, { scope, row, batch, record }: ExplainedRecord, now: Instant) {
    this.#sampler = sampler;
    this.#scope = scope;
    this.#row = row;
    this.#batch = batch;
    this.#record = record;
    this.#now = now;
    this.#bytes = batch.recordEnd[record] - batch.recordStart[record] + sampler.parts.settings.stampBytes;
  }

  run(): DecisionTrace {
    if (this.#row >= 0) this.#sampler.parts.planner.table.refresh(this.#row);
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
    const { services } = this.#sampler.parts;
    const service = services.rowFor(this.#scope.service);
    const ownUntilMs = service === undefined ? -1 : services.bypassUntilMs[service];
    if (this.#now.monoMs < Math.max(this.#sampler.bypassUntilMs, ownUntilMs))
      return this.#hit("bypass", 1, "dropping is bypassed for this service or for all");
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
    if (rule.kind === "cap") {
      this.#room = book.limits.room(index, this.#now.monoMs);
      this.#cap = rule.id;
      const left = this.#room < 1 ? ", and little of its bytes is left" : "";
      return this.#miss("rule", `a rule caps the bytes of records like this one${left}`, rule.id);
    }
    const isDue = found === RULE_PER_RECORD && !this.#isFirst() && this.#scope.severityClass < SEVERITY_CLASS_ERROR;
    if (isDue && book.limits.isFloorDue(index, this.#now.monoMs)) {
      return this.#hit("floor", 1, "a rule's floor is due: its next record is kept", rule.id);
    }
    return this.#miss("rule", "a rule raises the floor of records like this one", rule.id);
  }

  #error(): DecisionTrace | undefined {
    if (this.#scope.severityClass < SEVERITY_CLASS_ERROR) return this.#miss("error", "the severity is below ERROR");
    const { state, allowance, errorBucket } = this.#sampler.parts;
    const plan = this.#isBack() ? 0 : state.plan[this.#row];
    const fits = allowance.isUnlimited() || this.#bytes <= errorBucket.level;
    if (this.#room >= 1 && fits && (plan >= 1 || plan === 0)) {
      return this.#hit("error", 1, "ERROR and worse fit their lane: every record is kept");
    }
    if (this.#room < 1) return this.#miss("error", "the rule's cap holds for ERROR too", this.#cap);
    return this.#miss("error", "ERROR and worse exceed their lane and are sampled");
  }

  #novel(): DecisionTrace | undefined {
    const { state, noveltyBucket, allowance, settings, directory } = this.#sampler.parts;
    if (!this.#isFirst()) return this.#miss("novel", "the pattern is known and its first lines were kept");
    if (this.#room < 1) return this.#miss("novel", "the rule's cap has no room for first lines now", this.#cap);
    const isRemembered = this.#row >= 0 && (directory.known(this.#row) || this.#sampler.parts.evicted.has(this.#row));
    const isNew = this.#isUnseen() && !isRemembered;
    const left = isNew ? FIRST_LINES : this.#isBack() ? RETURN_LINES : state.firstLines[this.#row];
    const isVeryFirst = left === FIRST_LINES || this.#isBack() || state.floorDueMs[this.#row] <= this.#now.monoMs;
    const followUps = followUpLevel(noveltyBucket.capacity, allowance.balance());
    const level = noveltyBucket.level - (isVeryFirst ? 0 : followUps);
    const { books } = this.#sampler;
    const room = this.#noveltyRoom();
    const fits = room.bucket && level >= this.#bytes;
    const isPaid = fits || (isVeryFirst && room.reserve && books.reserveLeft >= this.#bytes);
    if (allowance.isUnlimited() || isPaid) {
      if (this.#isBack())
        return this.#hit("novel", 1, "no record of this pattern was seen lately: its first line is kept");
      return this.#hit("novel", 1, `${left} first lines of this pattern are still to be kept`);
    }
    if (!isVeryFirst || left < FIRST_LINES) {
      return this.#miss("novel", "new patterns have used up what is there for lines after the first");
    }
    const grant = (settings.budget.keepRatio ?? 0) * this.#batch.length;
    const p = books.overflowProbability(grant, MIN_PROBABILITY, this.#bytes);
    if (!room.bucket) {
      return this.#hit(
        "novel",
        p,
        "its service brings far more new patterns than usual: their first lines are sampled",
      );
    }
    return this.#hit("novel", p, "more new patterns arrive than there is allowance for: their first lines are sampled");
  }

  /** Whether the novelty guard lets the service have this line's bytes. */
  #noveltyRoom(): { readonly bucket: boolean; readonly reserve: boolean } {
    const { guard, services } = this.#sampler.parts;
    const service = services.rowFor(this.#scope.service);
    if (service === undefined) return { bucket: true, reserve: true };
    return { bucket: guard.hasRoom(service, this.#bytes), reserve: guard.hasReserve(service, this.#bytes) };
  }

  #trace(): DecisionTrace | undefined {
    const { promotion, traceBucket } = this.#sampler.parts;
    const at = this.#batch.traceStart[this.#record];
    if (at === 0) return this.#miss("trace", "the record has no trace id");
    if (!promotion.isPromoted(this.#batch.bytes, at, this.#now.monoMs)) {
      return this.#miss("trace", "its trace has no kept trigger");
    }
    if (this.#room < 1)
      return this.#miss("trace", "its trace has a kept ERROR, but a rule's cap has no room", this.#cap);
    if (traceBucket.level >= this.#bytes) return this.#hit("trace", 1, "its trace has a kept ERROR");
    return this.#miss("trace", "its trace has a kept ERROR, but the allowance of such traces is used up");
  }

  #floor(): DecisionTrace | undefined {
    const { state, allowance, floorBucket } = this.#sampler.parts;
    if (this.#room < 1) return this.#miss("floor", "the rule's cap has no room for a floor line", this.#cap);
    if (this.#isBack() || this.#now.monoMs >= state.floorDueMs[this.#row]) {
      const isAskedFor = this.#row >= 0 && state.floorPerMinute[this.#row] > 0;
      if (allowance.isUnlimited() || isAskedFor || floorBucket.level >= this.#bytes) {
        return this.#hit("floor", 1, "the pattern's floor is due: its next record is kept");
      }
      return this.#miss("floor", "the pattern's floor is due, and waits for its share of the budget");
    }
    return this.#miss("floor", "the pattern had its floor line in this window");
  }

  #sampled(): DecisionTrace {
    const { state, settings, allowance } = this.#sampler.parts;
    const row = this.#row;
    const isError = this.#scope.severityClass >= SEVERITY_CLASS_ERROR;
    const isPlanned = !(isError ? this.#isBack() : this.#isUnseen()) && state.plan[row] > 0;
    const planned = isPlanned ? state.plan[row] : (settings.budget.keepRatio ?? 1);
    const isWindow = !this.#isUnseen() && state.windowEpoch[row] === Math.floor(this.#now.monoMs / WINDOW_MS);
    const arrivals = (isWindow ? state.windowCount[row] : 0) + 1;
    const most = ((this.#isUnseen() ? 0 : state.decayK[row]) || UNPLANNED_K) / arrivals;
    const p = planned >= 1 && allowance.isUnlimited() ? 1 : Math.min(planned, most);
    if (this.#room < p)
      return this.#hit("rule", this.#room, "a rule caps the bytes of records like this one", this.#cap);
    const why = `the plan keeps ${(100 * planned).toPrecision(3)} % of this pattern`;
    const burst = p < planned ? `, and record ${arrivals} of a burst less` : "";
    return this.#hit(isError ? "error" : "sampled", p, why + burst);
  }

  #isUnseen(): boolean {
    return this.#row < 0 || this.#sampler.parts.state.lastSeenMs[this.#row] < 0;
  }

  /** Unseen, or for so long that the next line is a first line again. */
  #isBack(): boolean {
    return this.#isUnseen() || this.#now.monoMs - this.#sampler.parts.state.lastSeenMs[this.#row] > SILENCE_MS;
  }

  #isFirst(): boolean {
    return this.#isBack() || (this.#sampler.parts.state.special[this.#row] & SPECIAL_FIRST) !== 0;
  }
}
