/** The only way in which anything outside the sampler reads it. */
import type { KeepReason } from "../../model/decision.ts";
import type { SamplerInside } from "./inside.ts";
import type { PatternAnswer, PatternMeasure } from "./pattern-view.ts";
import { PatternView } from "./pattern-view.ts";
import type { ServiceAnswer, ServiceTraffic } from "./service-view.ts";
import { ServiceView } from "./service-view.ts";

export interface BudgetAnswer {
  /** No ceiling is configured: nothing is granted, and nothing is missing. */
  readonly unlimited: boolean;
  /** Share of the input that is kept; undefined when only absolute ceilings are set. Holds for patterns without a plan. */
  readonly keepRatio: number | undefined;
  /** B(t), billed bytes; Infinity while unlimited. */
  readonly bytesPerSecond: number;
  /** Granted minus spent up to the last tick, bytes; negative in debt. */
  readonly balance: number;
  /** Billed bytes since the start. */
  readonly granted: number;
  readonly spent: number;
  /** More than twice the ordinary input arrives: the budget follows the ordinary. */
  readonly isStorm: boolean;
  /** The ordinary input is not known yet. */
  readonly isLearning: boolean;
}

export interface SamplerStates {
  readonly unlimited: boolean;
  readonly learning: boolean;
  readonly storm: boolean;
  readonly debt: boolean;
}

export interface SamplerCounters {
  /** Patterns that take part in the plan now. */
  readonly livePatterns: number;
  /** Patterns that lost their row, came back and were recognised, since start. */
  readonly recalledPatterns: number;
  /** Services that bring far more new patterns than their past lets expect, now. */
  readonly explodingServices: number;
  /** ERROR or worse is drawn, or was within the last minute. */
  readonly errorsSampled: boolean;
  /** Rules in force. */
  readonly rules: number;
  /** Records of all services since start. */
  readonly received: number;
  readonly kept: number;
}

/**
 * What the sampler knows, for people, metrics and tests: plain answers about patterns, services and the budget. It changes
 * nothing, and tells nothing of how the sampler remembers. An answer holds for the moment it was given; rows are those of the
 * pattern table and of the service table.
 */
export class SamplerView {
  readonly #inside: SamplerInside;
  readonly #patterns: PatternView;
  readonly #services: ServiceView;

  constructor(inside: SamplerInside) {
    this.#inside = inside;
    this.#patterns = new PatternView(inside);
    this.#services = new ServiceView(inside);
  }

  pattern(row: number, monoMs: number): PatternAnswer {
    return this.#patterns.answer(row, monoMs);
  }

  /** A record of the row's pattern was counted since it got the row. */
  isSeen(row: number): boolean {
    return this.#patterns.isSeen(row);
  }

  /** One number of a pattern: choosing among thousands of them builds no answers. */
  measure(row: number, measure: PatternMeasure): number {
    return this.#patterns.measure(row, measure);
  }

  /** The reason that would keep the next line of the pattern, as far as the pattern decides it. */
  keepReason(row: number): KeepReason | "muted" {
    return this.#patterns.keepReason(row);
  }

  /**
   * Rows of the patterns that take part in the plan, in no order; walk them before the next decision.
   * @param service row of the service; all without one
   */
  livePatterns(service?: number): IterableIterator<number> {
    return this.#patterns.live(service);
  }

  /** Rows given up so far: remembered with a row, it tells by `isGone` whether the row still means the same pattern. */
  get givenUp(): number {
    return this.#patterns.givenUp;
  }

  isGone(row: number, givenUp: number): boolean {
    return this.#patterns.isGone(row, givenUp);
  }

  /** @param service its row, or the name of one that has a row of its own */
  service(service: string | number): ServiceAnswer | undefined {
    return this.#services.answer(service);
  }

  /** Services with a row; their rows are 0 to `serviceCount` - 1. */
  get serviceCount(): number {
    return this.#services.count;
  }

  /** Rows there can be. */
  get serviceCapacity(): number {
    return this.#services.capacity;
  }

  /** By row. */
  get serviceNames(): readonly string[] {
    return this.#services.names;
  }

  /** Row that a service's records are counted in: its own, or that of "other" when there is no room for it. */
  serviceRowFor(name: string): number | undefined {
    return this.#services.rowFor(name);
  }

  /** What the live patterns of each service say, by the service's row. */
  serviceTraffic(): ServiceTraffic[] {
    return this.#services.traffic();
  }

  /**
   * Monotonic milliseconds until which nothing is dropped, of one service by a bypass of its own, or (undefined) of all; -1
   * when there was none.
   */
  bypassUntilMs(service: string | undefined): number {
    const { services } = this.#inside.parts;
    if (service === undefined) return services.bypassAllUntilMs;
    const row = services.rowFor(service);
    return row === undefined ? -1 : services.bypassUntilMs[row];
  }

  budget(): BudgetAnswer {
    const { allowance, settings } = this.#inside.parts;
    const unlimited = allowance.isUnlimited();
    return {
      unlimited,
      keepRatio: settings.budget.keepRatio,
      bytesPerSecond: allowance.bytesPerSecond(),
      balance: allowance.balance(),
      ...allowance.totals(),
      isStorm: allowance.isStorm(),
      isLearning: !unlimited && !allowance.meter.isSeeded(),
    };
  }

  /** Which of these holds now; several may. */
  states(): SamplerStates {
    const { unlimited, isLearning, isStorm, balance } = this.budget();
    return { unlimited, learning: isLearning, storm: isStorm, debt: balance < 0 };
  }

  counters(): SamplerCounters {
    const { state, evicted, guard, services } = this.#inside.parts;
    let received = 0;
    let kept = 0;
    for (let row = 0; row < services.count; row++) {
      received += services.received[row];
      kept += services.kept[row];
    }
    return {
      livePatterns: state.liveCount,
      recalledPatterns: evicted.recalledTotal,
      explodingServices: guard.explodingCount,
      errorsSampled: this.#inside.plan.errorsSampled,
      rules: this.#inside.rules.size,
      received,
      kept,
    };
  }
}
