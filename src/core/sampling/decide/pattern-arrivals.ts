import type { EvictedPatterns } from "../../patterns/evicted-patterns.ts";
import { FIRST_LINES, RETURN_LINES, SILENCE_MS } from "../../patterns/first-lines.ts";
import type { PatternDirectory } from "../../patterns/pattern-directory.ts";
import { worthOf } from "../../patterns/pattern-priority.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import {
  RULE_NONE,
  RULE_PER_RECORD,
  SPECIAL_ERROR,
  SPECIAL_FIRST,
  SPECIAL_RULE,
} from "../../patterns/pattern-state.ts";
import type { PatternScope, RuleSet } from "../rules/rules.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import { SEVERITY_CLASS_ERROR } from "./reason-codes.ts";

/** What happens when a pattern turns up, for the first time or again, and when rules change: the slow path of counting. */
export interface PatternArrivalsDeps {
  readonly state: PatternState;
  readonly directory: PatternDirectory;
  readonly services: ServiceTable;
  readonly evicted: EvictedPatterns;
  /** The rules in force. */
  readonly rules: () => RuleSet;
}

export class PatternArrivals {
  readonly #deps: PatternArrivalsDeps;

  constructor(deps: PatternArrivalsDeps) {
    this.#deps = deps;
  }

  /** Unknown, or silent for so long that the next line is a first line again. */
  isBack(row: number, monoMs: number): boolean {
    const { lastSeenMs } = this.#deps.state;
    return lastSeenMs[row] < 0 || monoMs - lastSeenMs[row] > SILENCE_MS;
  }

  /** First lines that the row is owed when its next record arrives. @param row -1: of no pattern that was seen */
  firstLinesOwed(row: number, monoMs: number): number {
    if (row < 0) return FIRST_LINES;
    const { state, evicted } = this.#deps;
    if (!this.isBack(row, monoMs)) return (state.special[row] & SPECIAL_FIRST) === 0 ? 0 : state.firstLines[row];
    return this.#linesOf(row, state.lastSeenMs[row] >= 0 || evicted.has(row));
  }

  #linesOf(row: number, isReturn: boolean): number {
    return isReturn || this.#deps.directory.known(row) ? RETURN_LINES : FIRST_LINES;
  }

  /** A pattern's first record, or its first after a long silence. */
  register(row: number, monoMs: number): void {
    const { state, directory, services, evicted } = this.#deps;
    const isNew = state.lastSeenMs[row] < 0;
    let isReturn = !isNew;
    if (isNew) {
      state.service[row] = services.rowOf(directory.service(row));
      state.severity[row] = directory.severityClass(row);
      state.worth[row] = worthOf(state.severity[row], directory.template(row));
      state.firstSeenMs[row] = monoMs;
      state.isKnown[row] = directory.isSeeded(row) ? 1 : 0;
      state.special[row] = 0;
      isReturn = evicted.recall(row, monoMs);
      if (state.severity[row] >= SEVERITY_CLASS_ERROR) state.special[row] |= SPECIAL_ERROR;
    }
    // What the plan said of an ERROR was about a lane of long ago; it is whole until the next plan says otherwise.
    if ((state.special[row] & SPECIAL_ERROR) !== 0) state.plan[row] = 0;
    // Under a small budget a floor comes round once in hours; who comes back is not made to wait for it.
    state.floorDueMs[row] = 0;
    // Rules may have changed while the row was silent and not among those that get theirs anew.
    this.assignRule(row);
    state.firstLines[row] = this.#linesOf(row, isReturn);
    state.special[row] |= SPECIAL_FIRST;
    state.activate(row);
  }

  assignRule(row: number): void {
    const { state, rules: currentRules } = this.#deps;
    const rules = currentRules();
    state.rule[row] = rules.size === 0 ? RULE_NONE : rules.forPattern(this.scopeOf(row));
    if (state.rule[row] === RULE_NONE) state.special[row] &= ~SPECIAL_RULE;
    else state.special[row] |= SPECIAL_RULE;
    if (state.rule[row] !== RULE_PER_RECORD) state.ruledShare[row] = 0;
    const rule = state.rule[row] >= 0 ? rules.at(state.rule[row]).rule : undefined;
    const floor = rule?.kind === "floor" ? (rule.value ?? 0) : state.policyFloor[row];
    // A floor that is raised holds from the next line on, not when the old window ends.
    if (floor > state.floorPerMinute[row])
      state.floorDueMs[row] = Math.min(state.floorDueMs[row], state.lastSeenMs[row]);
    state.floorPerMinute[row] = floor;
  }

  scopeOf(row: number): PatternScope {
    const { directory } = this.#deps;
    return {
      service: directory.service(row),
      severityClass: directory.severityClass(row),
      // Computed for those who ask: few rules name a pattern.
      get id() {
        return directory.id(row);
      },
    };
  }
}
