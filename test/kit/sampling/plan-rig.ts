/**
 * A planner over rows of its own, without a sampler: lines are counted as decisions count them, ticks plan with a fixed
 * budget. For tests that look into the sums of a plan.
 */
import { mergePatternState } from "../../../src/core/patterns/pattern-merge.ts";
import { FLAG_ERROR, PatternState } from "../../../src/core/patterns/pattern-state.ts";
import type { PlanTable } from "../../../src/core/sampling/plan/plan-table.ts";
import { SEVERAL_LINES } from "../../../src/core/sampling/plan/plan-table.ts";
import { Planner } from "../../../src/core/sampling/plan/planner.ts";
import { RuleSet } from "../../../src/core/sampling/rules/rules.ts";
import { ServiceTable } from "../../../src/core/sampling/shares/service-table.ts";
import { samplingSettings } from "./sampling-rig.ts";

export interface PlanLine {
  readonly pattern: number;
  /** Billed bytes. */
  readonly bytes?: number;
}

export interface PlanRigOptions {
  readonly patterns: number;
  readonly serviceOf?: (pattern: number) => string;
  readonly isError?: (pattern: number) => boolean;
}

const BYTES_PER_SECOND = 20_000;

export class PlanRig {
  readonly state: PatternState;
  readonly #services: ServiceTable;
  readonly #planner: Planner;
  readonly #policyValue: Float32Array;
  readonly #rules = new RuleSet([], { attributeEquals: () => false, bodyContains: () => false }, undefined);
  readonly #serviceOf: (pattern: number) => string;
  readonly #isError: (pattern: number) => boolean;
  #nowMs = 1_000_000;

  constructor({ patterns, serviceOf = () => "service", isError = () => false }: PlanRigOptions) {
    const settings = samplingSettings({ bytesPerSecond: BYTES_PER_SECOND });
    this.state = new PatternState(patterns);
    this.#services = new ServiceTable(settings);
    this.#planner = new Planner(this.state, this.#services, settings);
    this.#policyValue = new Float32Array(patterns).fill(1);
    this.#serviceOf = serviceOf;
    this.#isError = isError;
  }

  get table(): PlanTable {
    return this.#planner.table;
  }

  send(lines: readonly PlanLine[]): void {
    for (const { pattern: row, bytes = 274 } of lines) {
      if ((this.state.lastSeenMs[row] ?? -1) < 0) this.#appear(row);
      this.state.lastSeenMs[row] = this.#nowMs;
      const count = (this.state.tickCount[row] ?? 0) + 1;
      this.state.tickCount[row] = count;
      if (count <= SEVERAL_LINES) this.table.noteArrival(row, count);
      this.#count(row, bytes, 1);
    }
  }

  /** Takes lines of this tick back, as when the commit of a request fails. */
  takeBack(lines: readonly PlanLine[]): void {
    for (const { pattern: row, bytes = 274 } of lines) {
      const count = this.state.tickCount[row] ?? 0;
      if (count === 0) continue;
      this.state.tickCount[row] = count - 1;
      this.#count(row, -Math.min(bytes, this.state.tickBytes[row] ?? 0), -1);
    }
  }

  #count(row: number, bytes: number, lines: 1 | -1): void {
    const service = this.state.service[row] ?? 0;
    this.state.tickBytes[row] = (this.state.tickBytes[row] ?? 0) + bytes;
    this.state.arrivals += lines;
    this.table.addArrivals(service, this.isOnLane(row), bytes, lines);
    if (lines === 1) this.#services.tickBytes[service] = (this.#services.tickBytes[service] ?? 0) + bytes;
  }

  #appear(row: number): void {
    this.state.service[row] = this.#services.rowOf(this.#serviceOf(row));
    this.state.firstSeenMs[row] = this.#nowMs;
    this.state.flags[row] = this.#isError(row) ? FLAG_ERROR : 0;
    this.state.activate(row);
  }

  isOnLane(row: number): boolean {
    return ((this.state.flags[row] ?? 0) & FLAG_ERROR) !== 0;
  }

  evict(row: number): void {
    this.state.clear(row);
  }

  /** Only patterns of one service and severity are ever found to be one. */
  merge(from: number, into: number): void {
    const isAlike =
      this.state.service[from] === this.state.service[into] && this.isOnLane(from) === this.isOnLane(into);
    if (from !== into && isAlike) mergePatternState(this.state, from, into);
  }

  /** Runs the ticks of so many seconds. */
  wait(seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.#nowMs += 1000;
      this.#services.tick(1);
      this.#planner.measure(this.#nowMs, 1, this.#rules, this.#policyValue);
      this.#planner.allocate({
        rate: BYTES_PER_SECOND,
        total: 0.9 * BYTES_PER_SECOND,
        leastDraw: 0.2 * BYTES_PER_SECOND,
        errorQuota: 0.5 * BYTES_PER_SECOND,
        savedErrorBytesPerSecond: 0,
        floors: 0.25 * BYTES_PER_SECOND,
        inputScale: 1,
      });
    }
  }
}
