/**
 * The live patterns in the sums that a plan is solved from. A visit takes out what a row has added, brings the row up to
 * date, and adds what it is now; sums are exact, so at any time they are those of a table filled anew. Which rows a tick
 * visits: see `visit-round.ts`. What the others added is a few ticks old, and so is nothing else.
 */
import { AnomalyRegistry } from "../../anomaly/registry.ts";
import { FLOOR_MS, floorWeight } from "../../patterns/floor-window.ts";
import { PatternPriority } from "../../patterns/pattern-priority.ts";
import { drawRateOf, PatternRates } from "../../patterns/pattern-rates.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import { FLAG_ERROR, FLAG_RULE } from "../../patterns/pattern-state.ts";
import type { RuleSet } from "../rules/rules.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import { BreakpointScale, quantize } from "./breakpoint-scale.ts";
import { BurstQuota, burstGradientOf } from "./burst-quota.ts";
import { FloorCosts } from "./floor-costs.ts";
import {
  BURST_GRADIENT,
  CEILING,
  COST,
  ENTRY_STRIDE,
  FLOOR,
  FLOOR_EXTRA,
  GRADIENT,
  LAMBDA,
  MARK_HIGH_RATE,
  MARK_REQUESTED_FLOOR,
  PlanEntries,
  USUAL,
} from "./plan-entries.ts";
import { AllocationClass } from "./plan-side.ts";
import { RefreshRound } from "./refresh-round.ts";
import { RowPlan } from "./row-plan.ts";

/** Slower patterns, a line in three hours, live on first lines and floors. */
const MIN_LAMBDA = 1e-4;
/** A line or two of a row can wait for its turn, a second's burst cannot. New rows and ERRORs are visited with their first. */
export const SEVERAL_LINES = 3;
/** A silent service fades as the rates of its patterns do; a flood of ERRORs that is over leaves the lane at once. */
const ORDINARY_LOAD_FACTOR = { lines: 60, silentSeconds: 60, silentHalfLife: 300 };
const ERROR_LOAD_FACTOR = { lines: 20, silentSeconds: 10, silentHalfLife: 5 };
const FLOORS_PER_SECOND = 1000 / FLOOR_MS;

export class PlanTable {
  readonly ordinary: AllocationClass;
  readonly errors: AllocationClass;
  readonly bursts: BurstQuota;
  readonly floors: FloorCosts;
  readonly entries: PlanEntries;
  /** Lines of more bytes are drawn less often than their bytes alone ask for: see Planner. */
  largeLineBytes: number = Number.POSITIVE_INFINITY;
  readonly #state: PatternState;
  readonly #services: ServiceTable;
  readonly #rates: PatternRates;
  readonly #anomalies: AnomalyRegistry;
  readonly #value = new PatternPriority();
  readonly #round: RefreshRound;
  readonly #rowPlan: RowPlan;
  /** Rows that this tick has visited. */
  readonly #visited: Int32Array;
  #visitedCount = 0;

  /** @param minRoundRows see VisitRound */
  constructor(state: PatternState, services: ServiceTable, minRoundRows?: number) {
    const scale = new BreakpointScale();
    this.#state = state;
    this.#services = services;
    this.#rates = new PatternRates(state);
    this.#anomalies = new AnomalyRegistry(state, this.#rates);
    this.entries = new PlanEntries(state.live.length);
    this.#round = new RefreshRound(state, minRoundRows);
    this.ordinary = new AllocationClass(services.capacity, ORDINARY_LOAD_FACTOR, scale);
    this.errors = new AllocationClass(services.capacity, ERROR_LOAD_FACTOR, scale);
    this.bursts = new BurstQuota(services, scale);
    this.floors = new FloorCosts(scale);
    this.#rowPlan = new RowPlan(state, this.entries, this);
    this.#visited = new Int32Array(state.live.length);
    state.observe({ onJoin: (row) => this.#rates.join(row), onLeave: (row) => this.#takeOut(row) });
  }

  /** Seconds that the arrivals of this tick are spread over; 0 when nothing arrived. */
  get seconds(): number {
    return this.#rates.seconds;
  }

  /** Visits rows. @returns bytes a second that are arriving */
  measure(monoMs: number, elapsed: number, book: RuleSet, policyValue: Float32Array): number {
    this.#rates.beginTick(monoMs, elapsed);
    this.#rowPlan.beginTick(this.#rates.seconds);
    book.limits.beginTick();
    this.ordinary.begin(this.#services.count);
    this.errors.begin(this.#services.count);
    this.bursts.begin();
    this.#visitedCount = 0;
    this.#round.run((row) => this.#visit(row, monoMs, book, policyValue));
    const seconds = this.#rates.seconds;
    const arrivingOrdinary = this.ordinary.updateLoadFactors(seconds);
    this.errors.stepWith(this.ordinary);
    const arriving = arrivingOrdinary + this.errors.updateLoadFactors(seconds);
    this.#addHighRate();
    this.ordinary.sumUp();
    this.errors.sumUp();
    return arriving;
  }

  #isError(row: number): boolean {
    return (this.#state.flags[row] & FLAG_ERROR) !== 0;
  }

  #visit(row: number, monoMs: number, book: RuleSet, policyValue: Float32Array): void {
    const state = this.#state;
    if (state.livePosition[row] < 0 || this.#rates.isVisited(row)) return;
    const service = state.service[row];
    const isError = this.#isError(row);
    const side = isError ? this.errors : this.ordinary;
    const isHeavy = !isError && this.#rates.isHighRate(row);
    // Its lines are in the tempo of its service, where those of heavy rows are not meant to be.
    if (isHeavy) side.addArrivals(service, -state.tickBytes[row], -state.tickCount[row]);
    this.#takeOutOfDraw(row);
    this.#visited[this.#visitedCount++] = row;
    const lambda = this.#rates.advance(row, this.#services.sentLastSecond(service));
    if (lambda < MIN_LAMBDA) {
      this.#setFloor(row, 0, 0, false);
      return;
    }
    const usual = quantize(lambda * Math.max(1, state.meanBytes[row]));
    this.entries.marks[row] = (this.entries.marks[row] & ~MARK_HIGH_RATE) | (isHeavy ? MARK_HIGH_RATE : 0);
    this.entries.fields[row * ENTRY_STRIDE + USUAL] = usual;
    side.addUsual(service, usual, isHeavy);
    const age = state.isKnown[row] === 1 ? Number.POSITIVE_INFINITY : monoMs - state.firstSeenMs[row];
    state.priority[row] = this.#value.of(state.importance[row], age, policyValue[row] || 1);
    this.#enter(row, side, isHeavy, book);
  }

  /** Adds a row to the draw of its side. @param isHeavy its own rate follows steps of the load */
  #enter(row: number, side: AllocationClass, isHeavy: boolean, book: RuleSet): void {
    const state = this.#state;
    const lambda = drawRateOf(state, row);
    const rule = (state.flags[row] & FLAG_RULE) !== 0 && state.rule[row] >= 0 ? book.at(state.rule[row]) : undefined;
    const isCapped = rule?.rule.kind === "cap";
    // The tempo of its service is not a heavy row's, and the patterns under a cap share what all of them say in one tick.
    if (isHeavy || isCapped) this.#round.requestRefresh(row);
    if (rule?.rule.kind === "mute" || rule?.rule.kind === "pin" || lambda < MIN_LAMBDA) {
      this.#setFloor(row, 0, 0, false);
      return;
    }
    const bytes = Math.max(1, state.meanBytes[row]);
    const ceiling = isCapped ? lambda * book.limits.planShare(state.rule[row], lambda * bytes) : lambda;
    const { fields } = this.entries;
    const at = row * ENTRY_STRIDE;
    fields[at + LAMBDA] = lambda;
    fields[at + CEILING] = ceiling;
    const cost = quantize(ceiling * bytes);
    if (cost > 0) {
      const heavy = Math.min(1, this.largeLineBytes / bytes);
      const gradient = quantize(state.priority[row] * heavy * Math.sqrt(lambda * bytes));
      fields[at + COST] = cost;
      fields[at + GRADIENT] = gradient;
      if (!isHeavy) side.add(state.service[row], cost, gradient);
    }
    // ERRORs have no floor but their lane.
    if (side === this.errors) return;
    if (cost > 0) this.#enterBurst(row, cost, bytes);
    this.#enterFloor(row, isHeavy ? lambda : lambda * side.loadFactorOf(state.service[row]), bytes);
  }

  #enterBurst(row: number, cost: number, bytes: number): void {
    const { importance, service } = this.#state;
    if (this.#anomalies.scoreOf(row, this.#services.overloadRatio[service[row]]) <= 0) return;
    const gradient = burstGradientOf(bytes, importance[row]);
    if (gradient <= 0) return;
    this.entries.fields[row * ENTRY_STRIDE + BURST_GRADIENT] = gradient;
    this.bursts.add(service[row], cost, gradient);
  }

  /** @param arriving lines a second */
  #enterFloor(row: number, arriving: number, bytes: number): void {
    const { floorPerMinute, probability } = this.#state;
    const isRequested = floorPerMinute[row] > 0;
    const perSecond = isRequested ? floorPerMinute[row] * FLOORS_PER_SECOND : FLOORS_PER_SECOND;
    const cost = quantize(Math.min(arriving, perSecond) * bytes);
    const now = isRequested ? cost : Math.min(cost, this.floors.level * floorWeight(this.#state.importance[row]));
    this.#setFloor(row, cost, quantize(now * (1 - probability[row])), isRequested);
  }

  /** Most floors cost what they cost at the last visit: a line a minute. */
  #setFloor(row: number, cost: number, extra: number, isRequested: boolean): void {
    const { fields, marks } = this.entries;
    const at = row * ENTRY_STRIDE;
    const before = fields[at + FLOOR];
    const wasRequested = (marks[row] & MARK_REQUESTED_FLOOR) !== 0;
    if (cost !== before || isRequested !== wasRequested) {
      const weight = quantize(floorWeight(this.#state.importance[row]));
      if (before > 0) this.floors.add(before, weight, wasRequested, -1);
      if (cost > 0) this.floors.add(cost, weight, isRequested, 1);
      marks[row] = (marks[row] & ~MARK_REQUESTED_FLOOR) | (isRequested ? MARK_REQUESTED_FLOOR : 0);
      fields[at + FLOOR] = cost;
    }
    this.floors.addExtra(extra - fields[at + FLOOR_EXTRA]);
    fields[at + FLOOR_EXTRA] = extra;
  }

  /** Takes out of the sums what the row has added. */
  #takeOut(row: number): void {
    this.#takeOutOfDraw(row);
    this.#setFloor(row, 0, 0, false);
  }

  #takeOutOfDraw(row: number): void {
    const { fields, marks } = this.entries;
    const at = row * ENTRY_STRIDE;
    if (fields[at + USUAL] === 0) return;
    const service = this.#state.service[row];
    const side = this.#isError(row) ? this.errors : this.ordinary;
    const isHeavy = (marks[row] & MARK_HIGH_RATE) !== 0;
    const cost = fields[at + COST];
    side.addUsual(service, -fields[at + USUAL], isHeavy);
    if (cost > 0 && isHeavy) side.addHighRate(service, cost, fields[at + GRADIENT], -1);
    else if (cost > 0) side.add(service, -cost, -fields[at + GRADIENT]);
    if (fields[at + BURST_GRADIENT] > 0) this.bursts.add(service, -cost, -fields[at + BURST_GRADIENT]);
    fields[at + COST] = 0;
    fields[at + USUAL] = 0;
    fields[at + BURST_GRADIENT] = 0;
  }

  /** Heavy rows, all of which are visited in every tick, by the tempo that this one has found. */
  #addHighRate(): void {
    const { fields, marks } = this.entries;
    const { requested, requestedCount } = this.#round;
    for (let i = 0; i < requestedCount; i++) {
      const row = requested[i];
      const at = row * ENTRY_STRIDE;
      if ((marks[row] & MARK_HIGH_RATE) === 0 || fields[at + COST] === 0) continue;
      this.ordinary.addHighRate(this.#state.service[row], fields[at + COST], fields[at + GRADIENT], 1);
    }
  }

  /** Gives the rows that this tick has visited p and K by the plan that is now in force. */
  apply(): void {
    for (let i = 0; i < this.#visitedCount; i++) this.#applyTo(this.#visited[i]);
  }

  /**
   * One of a row's first SEVERAL_LINES lines since it was visited, before it is decided: by the plan in force, whether or not
   * the tick that made it has visited the row. (More lines than these are visited by the next tick.)
   * @param lines as many with it
   */
  noteArrival(row: number, lines: number): void {
    const { flags } = this.#state;
    const isEntered = this.entries.fields[row * ENTRY_STRIDE + USUAL] !== 0;
    if (lines >= SEVERAL_LINES || !isEntered || (flags[row] & FLAG_ERROR) !== 0) this.#state.markDirty(row);
    this.refresh(row);
  }

  /** Sees to it that p and K of a row are those of the plan in force. */
  refresh(row: number): void {
    // An ERROR that comes back is whole until a tick has seen it.
    if (this.#state.probability[row] > 0) this.#applyTo(row);
  }

  #applyTo(row: number): void {
    if (this.entries.fields[row * ENTRY_STRIDE + COST] > 0) this.#rowPlan.applyTo(row);
  }

  /** Lines that arrived since the last tick, and their bytes; negative: they did not after all. */
  addArrivals(service: number, isError: boolean, bytes: number, lines: number): void {
    (isError ? this.errors : this.ordinary).addArrivals(service, bytes, lines);
  }
}
