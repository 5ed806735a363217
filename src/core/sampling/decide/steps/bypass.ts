/**
 * Keep reason `bypass`: dropping is stopped for a time, of one service or of all; every record is kept, over budget.
 */
import type { PatternState } from "../../../patterns/pattern-state.ts";
import type { ServiceTable } from "../../shares/service-table.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { BYPASS } from "../reason-codes.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./step.ts";
import { keeps, passesOn } from "./step.ts";

export class BypassStep implements KeepStep {
  readonly isForSpecial: boolean = false;
  readonly #next: DecisionStep;
  readonly #serviceOf: PatternState["service"];
  readonly #services: ServiceTable;
  readonly #account: number;

  constructor(next: DecisionStep, { state, services, accounts }: Pick<StepParts, "state" | "services" | "accounts">) {
    this.#next = next;
    this.#serviceOf = state.service;
    this.#services = services;
    this.#account = accounts.open({ name: "bypassed", bucket: undefined, kind: "overBudget" });
  }

  begin({ monoMs }: DecidingSlice): boolean {
    return this.#services.isAnyBypassed(monoMs);
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    if (!this.#services.isBypassed(this.#serviceOf[row], slice.monoMs)) {
      this.#next.decide(slice, i, row, bytes);
      return;
    }
    slice.probability[i] = 1;
    slice.reason[i] = BYPASS;
    slice.charged[this.#account] += bytes;
    slice.counts.bypassBytes += bytes;
  }

  undo({ reason }: DecidingSlice, i: number): boolean {
    return reason[i] === BYPASS;
  }

  /** Undefined: the pattern does not determine which of its lines the step decides. */
  standing(): undefined {
    return undefined;
  }

  explain({ service, now }: ExplainedLine): Explanation {
    if (!this.#services.isBypassed(service, now.monoMs)) return passesOn("bypass", "no bypass is active");
    return keeps("bypass", 1, "a bypass is active for this service or for all services");
  }
}
