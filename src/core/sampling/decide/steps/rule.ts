/**
 * Keep reason `rule`, and muted records: rules of users and of the policy. A pin keeps, a mute drops, a floor that
 * tests records keeps its lines; a cap limits the probability that the later steps may give, and is charged with the
 * bytes that they expect. The floor step applies the floors of whole patterns.
 */
import { REASON_MUTED } from "../../../../model/decision.ts";
import {
  FLAG_ERROR,
  FLAG_FIRST_LINES,
  FLAG_RULE,
  RULE_NONE,
  RULE_PER_RECORD,
} from "../../../patterns/pattern-state.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { FLOOR, RULE } from "../reason-codes.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./step.ts";
import { keeps, passesOn } from "./step.ts";

type Parts = Pick<StepParts, "state" | "rules" | "scopeOf" | "accounts">;

export class RuleStep implements KeepStep {
  readonly isForSpecial: boolean = true;
  readonly #next: DecisionStep;
  readonly #deps: Parts;
  /** Held here because every record reads it. */
  readonly #special: Uint8Array;
  readonly #pins: number;
  readonly #floors: number;

  constructor(next: DecisionStep, deps: Parts) {
    this.#next = next;
    this.#deps = deps;
    this.#special = deps.state.flags;
    this.#pins = deps.accounts.open({ name: "pinned", bucket: undefined, kind: "pinned" });
    this.#floors = deps.accounts.open({ name: "floors of rules", bucket: undefined, kind: "planned" });
  }

  begin(): boolean {
    return true;
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    if ((this.#special[row] & FLAG_RULE) === 0 || !this.#apply(slice, i, row, bytes)) {
      this.#next.decide(slice, i, row, bytes);
    }
  }

  /** @returns true when the record is decided */
  #apply(slice: DecidingSlice, i: number, row: number, bytes: number): boolean {
    const { state, rules: currentRules, scopeOf } = this.#deps;
    const rules = currentRules();
    const isPerRecord = state.rule[row] === RULE_PER_RECORD;
    const index = isPerRecord ? rules.forRecord(scopeOf(row), slice.batch, i) : state.rule[row];
    if (index < 0) return false;
    switch (rules.at(index).rule.kind) {
      case "pin":
        if (isPerRecord) state.tickRuleSettled[row]++;
        settle(slice, i, 1, RULE);
        slice.charged[this.#pins] += bytes;
        slice.counts.pinnedBytes += bytes;
        return true;
      case "mute":
        if (isPerRecord) state.tickRuleSettled[row]++;
        settle(slice, i, 0, REASON_MUTED);
        return true;
      case "cap":
        this.#cap(slice, i, row, bytes, index);
        return true;
      case "floor": {
        // ERRORs and first lines pass on: their own steps keep them, without using up the floor.
        const isProtected = (state.flags[row] & (FLAG_ERROR | FLAG_FIRST_LINES)) !== 0;
        if (!isPerRecord || isProtected || !rules.limits.takeFloor(index, slice.monoMs)) return false;
        slice.counts.limits = rules.limits;
        add(slice.counts.ruleFloors, index, 1);
        settle(slice, i, 1, FLOOR);
        slice.charged[this.#floors] += bytes;
        slice.counts.floorBytes += bytes;
        return true;
      }
    }
  }

  /**
   * Lets the later steps decide within the probability that the cap allows, and charges the cap with expected bytes.
   */
  #cap(slice: DecidingSlice, i: number, row: number, bytes: number, index: number): void {
    const { limits } = this.#deps.rules();
    slice.capProbability = limits.capProbability(index, slice.monoMs);
    this.#next.decide(slice, i, row, bytes);
    slice.capProbability = 1;
    const charged = slice.probability[i] * bytes;
    limits.charge(index, charged);
    slice.counts.limits = limits;
    add(slice.counts.cappedBytes, index, charged);
  }

  undo({ batch, reason, probability }: DecidingSlice, i: number, row: number): boolean {
    const { state, rules: currentRules, scopeOf } = this.#deps;
    const isPerRecord = state.rule[row] === RULE_PER_RECORD;
    if (reason[i] === REASON_MUTED || reason[i] === RULE) {
      // Reason `rule` with a probability below 1 means a cap, which does not count the record in tickRuled.
      const isPinOrMute = reason[i] === REASON_MUTED || probability[i] >= 1;
      if (isPinOrMute && isPerRecord && state.tickRuleSettled[row] > 0) state.tickRuleSettled[row]--;
      return true;
    }
    if (reason[i] !== FLOOR || !isPerRecord) return false;
    const rules = currentRules();
    const index = rules.forRecord(scopeOf(row), batch, i);
    return index >= 0 && rules.at(index).rule.kind === "floor";
  }

  standing(row: number): "rule" | "muted" | undefined {
    const { state, rules } = this.#deps;
    const index = state.rule[row];
    if (index < 0) return undefined;
    return rules().at(index).rule.kind === "mute" ? "muted" : "rule";
  }

  explain(line: ExplainedLine): Explanation {
    const rules = this.#deps.rules();
    const found = rules.forPattern(line.scope);
    const isPerRecord = found === RULE_PER_RECORD;
    const index = isPerRecord ? rules.forRecord(line.scope, line.batch, line.record) : found;
    if (index === RULE_NONE) return passesOn("rule", "no rule matches the record");
    const { rule } = rules.at(index);
    switch (rule.kind) {
      case "pin":
        return keeps("rule", 1, "the rule pins the record", rule.id);
      case "mute":
        return keeps("muted", 0, "the rule mutes the record", rule.id);
      case "cap": {
        line.capProbability = rules.limits.capProbability(index, line.now.monoMs);
        line.cap = rule.id;
        const left = line.capProbability < 1 ? ", and its bucket is less than half full" : "";
        return passesOn("rule", `the rule caps the bytes of such records${left}`, rule.id);
      }
      case "floor": {
        const isProtected = line.isError || line.firstLines > 0;
        if (isPerRecord && !isProtected && rules.limits.isFloorDue(index, line.now.monoMs)) {
          return keeps("floor", 1, "the rule's floor is due: the next matching record is kept", rule.id);
        }
        return passesOn("rule", "the rule sets a floor for such records", rule.id);
      }
    }
  }
}

/** Takes back the charges of caps and floors, from the limits that were charged: rules may have been replaced since. */
export function undoRuleLimits({ counts }: DecidingSlice): void {
  for (const [index, bytes] of counts.cappedBytes) counts.limits?.credit(index, bytes);
  for (const [index, lines] of counts.ruleFloors) counts.limits?.creditFloors(index, lines);
  counts.cappedBytes.clear();
  counts.ruleFloors.clear();
}

function settle({ probability, reason }: DecidingSlice, i: number, p: number, code: number): void {
  probability[i] = p;
  reason[i] = code;
}

function add(into: Map<number, number>, index: number, amount: number): void {
  into.set(index, (into.get(index) ?? 0) + amount);
}
