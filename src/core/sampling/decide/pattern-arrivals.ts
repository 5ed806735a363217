/**
 * The slow path of counting: what changes when a pattern arrives for the first time or after a long silence, and when
 * rules change. Other lines do not come here.
 */
import type { EvictedPatterns } from "../../patterns/evicted-patterns.ts";
import { FIRST_LINES, RETURN_LINES, SILENCE_MS } from "../../patterns/first-lines.ts";
import type { PatternDirectory } from "../../patterns/pattern-directory.ts";
import { importanceOf } from "../../patterns/pattern-priority.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import { FLAG_ERROR, FLAG_FIRST_LINES, FLAG_RULE, RULE_NONE, RULE_PER_RECORD } from "../../patterns/pattern-state.ts";
import type { PatternScope, RuleSet } from "../rules/rules.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import { SEVERITY_CLASS_ERROR } from "./reason-codes.ts";

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

  /** Whether the row was never seen, or was silent for so long that its next line is a first line again. */
  isBack(row: number, monoMs: number): boolean {
    const { lastSeenMs } = this.#deps.state;
    return lastSeenMs[row] < 0 || monoMs - lastSeenMs[row] > SILENCE_MS;
  }

  /** First lines that the row is owed when its next record arrives. @param row -1 for a pattern that was never seen */
  firstLinesOwed(row: number, monoMs: number): number {
    if (row < 0) return FIRST_LINES;
    const { state, evicted } = this.#deps;
    if (!this.isBack(row, monoMs)) return (state.flags[row] & FLAG_FIRST_LINES) === 0 ? 0 : state.firstLines[row];
    return this.#linesOf(row, state.lastSeenMs[row] >= 0 || evicted.has(row));
  }

  #linesOf(row: number, isReturn: boolean): number {
    return isReturn || this.#deps.directory.known(row) ? RETURN_LINES : FIRST_LINES;
  }

  /** Prepares the row for the first record of its pattern, or the first after SILENCE_MS. */
  register(row: number, monoMs: number): void {
    const { state, directory, services, evicted } = this.#deps;
    const isNew = state.lastSeenMs[row] < 0;
    let isReturn = !isNew;
    if (isNew) {
      state.service[row] = services.rowOf(directory.service(row));
      state.severity[row] = directory.severityClass(row);
      state.importance[row] = importanceOf(state.severity[row], directory.template(row));
      state.firstSeenMs[row] = monoMs;
      state.isKnown[row] = directory.isSeeded(row) ? 1 : 0;
      state.flags[row] = 0;
      isReturn = evicted.recall(row, monoMs);
      if (state.severity[row] >= SEVERITY_CLASS_ERROR) state.flags[row] |= FLAG_ERROR;
    }
    // The probability of an ERROR dates from an earlier state of the ERROR lane: 0 keeps it whole until the next plan.
    if ((state.flags[row] & FLAG_ERROR) !== 0) state.probability[row] = 0;
    // Under a small budget the interval of a floor is hours: a pattern that returns does not wait for the old one to
    // end.
    state.floorDueMs[row] = 0;
    // Rules are reassigned to live rows only: they may have changed while the row was silent.
    this.assignRule(row);
    state.firstLines[row] = this.#linesOf(row, isReturn);
    state.flags[row] |= FLAG_FIRST_LINES;
    state.activate(row);
  }

  assignRule(row: number): void {
    const { state, rules: currentRules } = this.#deps;
    const rules = currentRules();
    state.rule[row] = rules.size === 0 ? RULE_NONE : rules.forPattern(this.scopeOf(row));
    if (state.rule[row] === RULE_NONE) state.flags[row] &= ~FLAG_RULE;
    else state.flags[row] |= FLAG_RULE;
    if (state.rule[row] !== RULE_PER_RECORD) state.ruledShare[row] = 0;
    const rule = state.rule[row] >= 0 ? rules.at(state.rule[row]).rule : undefined;
    const floor = rule?.kind === "floor" ? (rule.value ?? 0) : state.policyFloor[row];
    // A raised floor holds from the next line on, not from the end of the old window.
    if (floor > state.floorPerMinute[row])
      state.floorDueMs[row] = Math.min(state.floorDueMs[row], state.lastSeenMs[row]);
    state.floorPerMinute[row] = floor;
  }

  scopeOf(row: number): PatternScope {
    const { directory } = this.#deps;
    return {
      service: directory.service(row),
      severityClass: directory.severityClass(row),
      // Computed on demand: few rules name a pattern.
      get id() {
        return directory.id(row);
      },
    };
  }
}
