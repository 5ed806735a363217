import { InputMeter } from "./input-meter.ts";
import type { BudgetSettings } from "./settings.ts";

/**
 * The allowance B(t) and its balance: what was granted minus what requests really cost.
 *
 * B(t) = r * min(I(t), 2 I0(t)), below the absolute ceilings. The grant of a batch is r times its own bytes (scaled down
 * while I > 2 I0), so over any stretch of time Σ grants <= r * Σ input: that, and spending only from a non-negative
 * balance, is the promise that the budget holds. 80 % of B is meant to be spent at once; the balance that the remaining
 * 20 % and unspent bytes build up is the reserve; it drains back with time constant RESERVE_DRAIN_SECONDS, so that in
 * ordinary times it stands at 0.2 * 120 s = 24 s of B and nothing is saved up for ever.
 */
const HORIZON_SHARE = 0.8;
const RESERVE_DRAIN_SECONDS = 120;
/** The reserve holds at most this many seconds of B; what exceeds it is forgone. Bound of design: one hour. */
const RESERVE_MAX_SECONDS = 900;
/** A storm costs at most this multiple of ordinary bytes. */
const STORM_FACTOR = 2;
/** No second plans to spend more than this multiple of B, however full the reserve is (5-minute promise: 2 B). */
const MAX_TARGET_FACTOR = 1.6;
/** Debt (first lines before there was a budget, storms) is paid back by at most this share of B. */
const MIN_TARGET_FACTOR = 0.15;
const UNLIMITED = Number.POSITIVE_INFINITY;

export class Allowance {
  readonly meter: InputMeter;
  readonly #settings: BudgetSettings;
  #balance = 0;
  #pendingSpend = 0;
  #grantedTotal = 0;
  #spentTotal = 0;
  #lastTickMs = -1;
  #rate = 0;
  #target = 0;
  /** Highest B of the recent past, decaying: keeps the reserve's bound from collapsing in a pause of the input. */
  #recentRate = 0;

  constructor(settings: BudgetSettings) {
    this.#settings = settings;
    this.meter = new InputMeter(settings.baselineBytesPerSecond);
  }

  /** True when nothing limits: no budget is configured. */
  isUnlimited(): boolean {
    return this.#settings.keepRatio === undefined && this.#settings.bytesPerSecond === undefined;
  }

  /** Input of a batch, billed bytes. @returns the bytes granted for it at once (ratio budgets), 0 for absolute ones */
  arrive(bytes: number): number {
    this.meter.add(bytes);
    const grant = this.#grantFor(bytes);
    this.#balance += grant;
    this.#grantedTotal += grant;
    return grant;
  }

  /** Takes back a batch whose commit failed. */
  undo(bytes: number, grant: number): void {
    this.meter.subtract(bytes);
    this.#balance -= grant;
    this.#grantedTotal -= grant;
  }

  #grantFor(bytes: number): number {
    const ratio = this.#settings.keepRatio;
    if (ratio === undefined || this.#settings.bytesPerSecond !== undefined) return 0;
    return ratio * bytes * this.#stormScale();
  }

  #stormScale(): number {
    if (!this.meter.isSeeded()) return 1;
    const rate = this.meter.bytesPerSecond();
    const limit = STORM_FACTOR * this.meter.baseline();
    return rate > limit ? limit / rate : 1;
  }

  /** Billed bytes of requests really built; they lower the balance at the next tick. */
  spend(bytes: number): void {
    this.#pendingSpend += bytes;
  }

  /** @param backlog fill of the export queue, 0..1: from 0.5 on the plan shrinks, at 0.8 only protected records are kept */
  tick(monoMs: number, backlog: number): void {
    this.meter.advance(monoMs);
    const seconds = this.#lastTickMs < 0 ? 0 : Math.max(0, (monoMs - this.#lastTickMs) / 1000);
    this.#lastTickMs = monoMs;
    this.#rate = this.#allowedRate();
    this.#recentRate = Math.max(this.#rate, this.#recentRate * 2 ** (-seconds / 600));
    if (this.#settings.bytesPerSecond !== undefined) {
      const grant = this.#rate * seconds;
      this.#balance += grant;
      this.#grantedTotal += grant;
    }
    this.#balance -= this.#pendingSpend;
    this.#spentTotal += this.#pendingSpend;
    this.#pendingSpend = 0;
    this.#balance = Math.min(this.#balance, this.#recentRate * RESERVE_MAX_SECONDS);
    this.#target = this.#plan(backlog);
  }

  #allowedRate(): number {
    const { keepRatio, bytesPerSecond } = this.#settings;
    let rate = bytesPerSecond ?? UNLIMITED;
    if (keepRatio !== undefined) {
      const input = this.meter.bytesPerSecond();
      const ordinary = this.meter.isSeeded() ? STORM_FACTOR * this.meter.baseline() : UNLIMITED;
      rate = Math.min(rate, keepRatio * Math.min(input, ordinary));
    }
    return rate;
  }

  #plan(backlog: number): number {
    if (this.isUnlimited()) return UNLIMITED;
    const { keepRatio } = this.#settings;
    // After a pause I(t) still holds the silence; the last 10 s tell what is arriving now. Only the plan uses it: the balance bounds what it may cost.
    const now =
      keepRatio === undefined
        ? this.#rate
        : Math.max(this.#rate, Math.min(this.#recentRate, keepRatio * this.meter.shortBytesPerSecond()));
    const drain = this.#balance / RESERVE_DRAIN_SECONDS;
    const plan = Math.min(MAX_TARGET_FACTOR * now, Math.max(MIN_TARGET_FACTOR * now, HORIZON_SHARE * now + drain));
    const room = backlog <= 0.5 ? 1 : Math.max(0, (0.8 - backlog) / 0.3);
    return plan * room;
  }

  /** B(t), billed bytes a second; Infinity without a budget. */
  bytesPerSecond(): number {
    return this.#rate;
  }

  /** What the next second plans to spend in all, bytes a second. */
  target(): number {
    return this.#target;
  }

  /**
   * Granted minus what was spent up to the last tick, bytes; negative while early first lines are paid back.
   * Spending of the current tick is left out on purpose: a probability must not depend on a draw of its own tick.
   */
  balance(): number {
    return this.#balance;
  }

  totals(): { readonly granted: number; readonly spent: number } {
    return { granted: this.#grantedTotal, spent: this.#spentTotal + this.#pendingSpend };
  }
}
