/**
 * The view of a sampler, through which all code outside of it reads it: answers about patterns, services and the
 * budget. It changes nothing and hides how the sampler stores its state. An answer holds for the moment it was given;
 * rows are those of the pattern table and of the service table.
 */
import type { KeepReason } from "../../model/decision.ts";
import type { SamplerInside } from "./inside.ts";
import type { PatternAnswer, PatternMeasure } from "./pattern-view.ts";
import { PatternView } from "./pattern-view.ts";
import type { ServiceAnswer, ServiceTraffic } from "./service-view.ts";
import { ServiceView } from "./service-view.ts";

export interface BudgetAnswer {
  /** Whether no ceiling is configured: nothing is granted then. */
  readonly unlimited: boolean;
  /**
   * Share of the input to keep; undefined when only absolute ceilings are set. It applies to patterns without a plan.
   */
  readonly keepRatio: number | undefined;
  /** The allowance B, billed bytes a second; Infinity while unlimited. */
  readonly bytesPerSecond: number;
  /** Granted minus spent up to the last tick, bytes; negative in debt. */
  readonly balance: number;
  /** Billed bytes since the start. */
  readonly granted: number;
  readonly spent: number;
  /** Whether the input rate exceeds twice the input baseline: the allowance then follows the baseline. */
  readonly isStorm: boolean;
  /** Whether the input baseline is not known yet. */
  readonly isLearning: boolean;
}

export interface SamplerStates {
  readonly unlimited: boolean;
  readonly learning: boolean;
  readonly storm: boolean;
  readonly debt: boolean;
}

export interface SamplerCounters {
  /** Patterns in the plan now. */
  readonly livePatterns: number;
  /** Patterns that lost their row, returned and were recognised, since the start. */
  readonly recalledPatterns: number;
  /** Services with a pattern explosion now. */
  readonly explodingServices: number;
  /** Whether ERRORs are drawn, or were within the last minute. */
  readonly errorsSampled: boolean;
  /** Rules in force. */
  readonly rules: number;
  /** Records of all services since the start. */
  readonly received: number;
  readonly kept: number;
}

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

  /** Whether a record of the pattern was counted since it got the row. */
  isSeen(row: number): boolean {
    return this.#patterns.isSeen(row);
  }

  /** One number of a pattern, so that sorting thousands of them builds no answers. */
  measure(row: number, measure: PatternMeasure): number {
    return this.#patterns.measure(row, measure);
  }

  /** The reason that would keep the next line of the pattern, as far as the pattern alone determines it. */
  keepReason(row: number): KeepReason | "muted" {
    return this.#patterns.keepReason(row);
  }

  /**
   * Rows of the patterns in the plan, in no order; valid until the next decision.
   * @param service row of the service; undefined for all services
   */
  livePatterns(service?: number): IterableIterator<number> {
    return this.#patterns.live(service);
  }

  /**
   * Count of the rows given up so far: stored with a row, it lets `isGone` test whether the row has another pattern.
   */
  get givenUp(): number {
    return this.#patterns.givenUp;
  }

  isGone(row: number, givenUp: number): boolean {
    return this.#patterns.isGone(row, givenUp);
  }

  /** @param service row, or name of a service with a row of its own */
  service(service: string | number): ServiceAnswer | undefined {
    return this.#services.answer(service);
  }

  /** Services with a row, which are 0 to `serviceCount` - 1. */
  get serviceCount(): number {
    return this.#services.count;
  }

  /** Highest number of rows. */
  get serviceCapacity(): number {
    return this.#services.capacity;
  }

  /** Names of the services by row. */
  get serviceNames(): readonly string[] {
    return this.#services.names;
  }

  /** Row that counts a service's records: its own, or that of "other" beyond `max_services`. */
  serviceRowFor(name: string): number | undefined {
    return this.#services.rowFor(name);
  }

  /** Sums over the live patterns of each service, by its row. */
  serviceTraffic(): ServiceTraffic[] {
    return this.#services.traffic();
  }

  /**
   * Monotonic milliseconds until which a bypass lasts; -1 when there was none.
   * @param service one with a bypass of its own; undefined for the bypass of all services
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

  /** The states that hold now; several may. */
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
