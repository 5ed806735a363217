/** The only way in which anything outside the sampler reads it. */
import type { KeepReason } from "../../model/decision.ts";
import type { SamplerInside } from "./inside.ts";
import type { PatternAnswer, PatternMeasure } from "./pattern-view.ts";
import { PatternView } from "./pattern-view.ts";
import type { ServiceAnswer, ServiceTraffic } from "./service-view.ts";
import { ServiceView } from "./service-view.ts";

export interface BudgetAnswer {
  /** No ceiling is configured. */
  readonly unlimited: boolean;
  /** Configured share of the input; undefined with absolute ceilings alone. Applies to patterns without a plan. */
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
  /** Services with far more new patterns now than their past lets expect. */
  readonly collapsedServices: number;
  /** ERROR or worse is drawn, or was within the last minute. */
  readonly errorsSampled: boolean;
  /** Rules in force. */
  readonly rules: number;
  /** Records of all services since start. */
  readonly received: number;
  readonly kept: number;
}

/**
 * Answers about patterns, services and the budget, for the admin API, metrics and tests. Reading changes no state, and
 * readers depend on no layout of it. Answers are snapshots. Rows are those of the pattern table and the service table.
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

  /** One number of a pattern, without an object: lists compare thousands. */
  measure(row: number, measure: PatternMeasure): number {
    return this.#patterns.measure(row, measure);
  }

  /** The reason that keeps the next line of the pattern, as far as it depends on the pattern alone. */
  keepReason(row: number): KeepReason | "muted" {
    return this.#patterns.keepReason(row);
  }

  /** Rows in the plan, unordered; valid until the next decision. @param service row of a service; all without it */
  livePatterns(service?: number): IterableIterator<number> {
    return this.#patterns.live(service);
  }

  /** Rows given up since the start: kept beside a row, it shows later by `isGone` that the row changed hands. */
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

  /** Bound of `serviceCount`. */
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

  /** Sums over the patterns of each service, by its row. */
  serviceTraffic(): ServiceTraffic[] {
    return this.#services.traffic();
  }

  /** End of a bypass, monotonic milliseconds; -1 without one. @param service undefined: the bypass of all services */
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

  /** Several can hold at once. */
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
      collapsedServices: guard.collapsed,
      errorsSampled: this.#inside.plan.errorsSampled,
      rules: this.#inside.rules.size,
      received,
      kept,
    };
  }
}
