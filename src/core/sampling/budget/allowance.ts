/**
 * The allowance B(t) and its balance: what was granted minus what requests really cost.
 *
 * B(t) = r * min(I(t), 2 I0(t)), below the absolute ceilings, granted by the second and never more than r times what
 * arrived, so over any stretch of time Σ grants <= r * Σ input: that, and spending only from a non-negative balance, is the
 * promise that the budget holds. 80 % of B is meant to be spent at once; the balance that the remaining
 * 20 % and unspent bytes build up is the reserve; it drains back with time constant RESERVE_DRAIN_SECONDS, so that in
 * ordinary times it stands at 0.2 * 450 s = 90 s of B and nothing is saved up for ever.
 */
import { decayOf, ewmaWeight } from "../../math/decay.ts";
import type { BudgetSettings } from "../settings.ts";
import { STORM_FACTOR } from "../shares/service-ceilings.ts";
import { DayBudget } from "./day-budget.ts";
import { DemandBaseline } from "./demand-baseline.ts";
import { FleetShare } from "./fleet-share.ts";
import { InputMeter } from "./input-meter.ts";

const HORIZON_SHARE = 0.8;
const RESERVE_DRAIN_SECONDS = 450;
/**
 * Of what is granted, so much is meant to be spent: draws have luck, and who meets a bound on average breaks it half of the
 * time. A day's bytes have a margin of their own.
 */
const TARGET_SHARE = 0.985;
/** Debt is repaid faster than a reserve is spent: what a pin or an incident borrowed must not linger. */
const DEBT_REPAY_SECONDS = 120;
const SAMPLING_ERROR_HALF_LIFE_SECONDS = 300;
/** The highest B of the recent past fades with this half-life. */
const RECENT_HALF_LIFE_SECONDS = 600;
/** The reserve holds at most this many seconds of B; what exceeds it is forgone. Bound of design: one hour. */
const RESERVE_MAX_SECONDS = 900;
/** No second plans to spend more than this multiple of B, however full the reserve is (5-minute promise: 2 B). */
const MAX_TARGET_FACTOR = 1.6;
/** Debt (first lines before there was a budget, storms) is paid back by spending less, but no less than this share of B. */
const MIN_TARGET_FACTOR = 0.3;
/**
 * Lanes together may ask for more than B. At this much debt all but the ERROR lane are down to MIN_LANES_FACTOR: with their
 * shares in `sampler.ts`, half of B for ERRORs and a quarter of 0.9 B for the rest leave a quarter of B to repay with.
 */
const FULL_DEBT_SECONDS = 60;
const MIN_DEBT_FACTOR = 0.25;
const MAX_UNGRANTED_SECONDS = 60;
const UNLIMITED = Number.POSITIVE_INFINITY;

export interface SpendTarget {
  /** B(t), or the B of the last minutes while less arrives: what lanes are shares of, bytes a second; Infinity without a budget. */
  readonly rate: number;
  /** B of the demand that is planned for. */
  readonly ordinaryBytesPerSecond: number;
  /** What is meant to be spent in all: below B while there is debt, above it while there is a reserve. */
  readonly targetBytesPerSecond: number;
  /** 1 while the queue is at most half full, falling to 0 at four fifths: then only what is protected is kept. */
  readonly backlogFactor: number;
  /** Scales the shares of all lanes but ERROR's: below 1 in debt. */
  readonly debtFactor: number;
}

export class Allowance {
  readonly meter: InputMeter;
  /** Paces `bytesPerDay`; undefined without one. */
  readonly day: DayBudget | undefined;
  readonly #settings: BudgetSettings;
  readonly #demand: DemandBaseline = new DemandBaseline();
  readonly #fleetShare: FleetShare;
  #balance = 0;
  /** Share of the input that the ratio has not granted yet. */
  #ungrantedBytes = 0;
  #pendingSpend = 0;
  #pendingExpected = 0;
  #pendingOverBudget = 0;
  /** Spent beyond what was expected (draws, rounding, envelopes), not yet in the balance. */
  #samplingErrorBytes = 0;
  #grantedTotal = 0;
  #spentTotal = 0;
  /** Granted by the last tick, bytes. */
  #granted = 0;
  #lastTickMs = -1;
  #rate = 0;
  /** Highest B of the recent past, decaying: keeps the reserve's bound from collapsing in a pause of the input. */
  #recentRate = 0;

  constructor(settings: BudgetSettings) {
    this.#settings = settings;
    this.day = settings.bytesPerDay === undefined ? undefined : new DayBudget(settings.bytesPerDay);
    this.#fleetShare = new FleetShare(settings.fleetShare ?? 1);
    this.meter = new InputMeter(settings.baselineBytesPerSecond);
  }

  /** True when nothing limits: no budget is configured. */
  isUnlimited(): boolean {
    const { keepRatio, bytesPerSecond, bytesPerDay } = this.#settings;
    return keepRatio === undefined && bytesPerSecond === undefined && bytesPerDay === undefined;
  }

  /** Of absolute ceilings, this instance holds so much from the next ticks on: (0, 1]. */
  setFleetShare(share: number): void {
    this.#fleetShare.set(share);
  }

  /** Input of a batch, billed bytes. @returns the ratio's share of it, which ticks will grant; 0 for absolute budgets */
  addInput(bytes: number): number {
    this.meter.add(bytes);
    this.day?.addInput(bytes);
    const share = (this.#settings.keepRatio ?? 0) * bytes;
    this.#ungrantedBytes += share;
    return share;
  }

  /** Takes back a batch whose commit failed. */
  undo(bytes: number, share: number): void {
    this.meter.subtract(bytes);
    this.day?.addInput(-bytes);
    this.#ungrantedBytes -= share;
  }

  #stormScale(): number {
    const rate = this.meter.bytesPerSecond();
    const limit = this.#ordinaryLimit();
    return rate > limit ? limit / rate : 1;
  }

  /**
   * Σ p·bytes of what was decided; negative when a batch is undone.
   * @param bytes that the budget pays
   * @param beyond bytes forwarded on top of it because somebody said so: they will be built too, and lower no balance
   */
  expect(bytes: number, beyond: number): void {
    this.#pendingExpected += bytes;
    this.#pendingOverBudget += beyond;
  }

  /** Billed bytes of requests really built. */
  spend(bytes: number): void {
    this.#pendingSpend += bytes;
  }

  /**
   * Settles what was spent, grants what time brings, moves the input window.
   * @param wallMs unix milliseconds, which days are told by
   */
  tick(monoMs: number, wallMs: number = monoMs): void {
    this.meter.advance(monoMs);
    const seconds = this.#lastTickMs < 0 ? 0 : Math.max(0, (monoMs - this.#lastTickMs) / 1000);
    this.#lastTickMs = monoMs;
    this.#fleetShare.tick(seconds);
    this.day?.tick(
      wallMs,
      seconds,
      this.#pendingExpected,
      this.#balance - this.#pendingExpected,
      this.#fleetShare.value,
    );
    this.#rate = this.#allowedRate();
    this.#recentRate = Math.max(this.#rate, this.#recentRate * decayOf(seconds, RECENT_HALF_LIFE_SECONDS));
    this.#grantOverTime(seconds);
    this.#settle(seconds);
    this.#balance = Math.min(this.#balance, this.#recentRate * RESERVE_MAX_SECONDS);
  }

  /** B(t) is granted by the second; of a ratio never more than its share of what arrived. */
  #grantOverTime(seconds: number): void {
    const { keepRatio } = this.#settings;
    this.#granted = UNLIMITED;
    if (this.isUnlimited()) return;
    let grant = this.#rate * seconds;
    if (keepRatio !== undefined) {
      grant = Math.min(grant, Math.max(0, this.#ungrantedBytes));
      // What a minute did not pay of a share is forgone: ceilings stand at every time, and a storm leaves nothing behind.
      this.#ungrantedBytes = Math.min(
        this.#ungrantedBytes - grant,
        keepRatio * MAX_UNGRANTED_SECONDS * this.meter.bytesPerSecond(),
      );
    }
    this.#granted = grant;
    this.#balance += (this.day === undefined ? TARGET_SHARE : 1) * grant;
    this.#grantedTotal += grant;
  }

  /**
   * Expected spending lowers the balance at once; what draws made of it follows over minutes. Were it at once too, the
   * kept lines of a long trace would lower p for its own later lines, which share their randomness: a bias.
   */
  #settle(seconds: number): void {
    this.#balance -= this.#pendingExpected;
    this.#samplingErrorBytes += this.#pendingSpend - this.#pendingExpected - this.#pendingOverBudget;
    this.#spentTotal += this.#pendingSpend;
    this.#pendingExpected = 0;
    this.#pendingOverBudget = 0;
    this.#pendingSpend = 0;
    const settled = this.#samplingErrorBytes * ewmaWeight(seconds, SAMPLING_ERROR_HALF_LIFE_SECONDS);
    this.#samplingErrorBytes -= settled;
    this.#balance -= settled;
    this.day?.charge(settled);
  }

  /** The lowest of this instance's absolute ceilings now, bytes a second. */
  #absolute(): number {
    const share = this.#fleetShare.value;
    return Math.min((this.#settings.bytesPerSecond ?? UNLIMITED) * share, this.day?.bytesPerSecond() ?? UNLIMITED);
  }

  #allowedRate(): number {
    const { keepRatio } = this.#settings;
    let rate = this.#absolute();
    if (keepRatio !== undefined) {
      rate = Math.min(rate, keepRatio * Math.min(this.meter.bytesPerSecond(), this.#ordinaryLimit()));
    }
    return rate;
  }

  /**
   * What the next second may spend in all, bytes a second.
   *
   * The ratio is taken of the very demand that the plan shares out (smoothed alike, standing still while nothing arrives),
   * not of I(t): p is then a matter of proportions, the same before and after a pause or a step of the load, and only the
   * balance moves it.
   * @param demand input bytes a second that the plan expects @param seconds that it was measured over
   * @param backlog fill of the export queue, 0..1: from 0.5 on the plan shrinks, at 0.8 nothing is drawn
   */
  spendTarget(demand: number, seconds: number, backlog: number): SpendTarget {
    this.#demand.learn(demand, seconds);
    const ordinaryBytesPerSecond = this.#planningRate(demand);
    if (!Number.isFinite(ordinaryBytesPerSecond))
      return {
        rate: ordinaryBytesPerSecond,
        ordinaryBytesPerSecond: ordinaryBytesPerSecond,
        targetBytesPerSecond: ordinaryBytesPerSecond,
        backlogFactor: 1,
        debtFactor: 1,
      };
    const rate = this.#recentRate;
    const drain = (this.#balance < 0 ? DEBT_REPAY_SECONDS : RESERVE_DRAIN_SECONDS) * Math.max(rate, 1);
    const factor = Math.min(MAX_TARGET_FACTOR, Math.max(MIN_TARGET_FACTOR, HORIZON_SHARE + this.#balance / drain));
    const backlogFactor = backlog <= 0.5 ? 1 : Math.max(0, (0.8 - backlog) / 0.3);
    const debt = Math.min(0, this.#balance) / (FULL_DEBT_SECONDS * Math.max(rate, 1));
    const debtFactor = Math.max(MIN_DEBT_FACTOR, 1 + (1 - MIN_DEBT_FACTOR) * debt);
    return {
      rate,
      ordinaryBytesPerSecond: ordinaryBytesPerSecond,
      targetBytesPerSecond: ordinaryBytesPerSecond * factor * backlogFactor,
      backlogFactor: backlogFactor,
      debtFactor: debtFactor,
    };
  }

  #planningRate(demand: number): number {
    const { keepRatio } = this.#settings;
    const absolute = this.#absolute();
    if (keepRatio === undefined) return absolute;
    const ordinary = STORM_FACTOR * this.#demand.value();
    return Math.min(absolute, keepRatio * Math.min(ordinary, demand * this.#stormScale()));
  }

  #ordinaryLimit(): number {
    return this.meter.isSeeded() ? STORM_FACTOR * this.meter.baseline() : UNLIMITED;
  }

  /** Bytes that the last tick granted; Infinity without a budget. */
  granted(): number {
    return this.#granted;
  }

  /** True while more arrives than twice the ordinary input: the budget then follows the ordinary, not the storm. */
  isStorm(): boolean {
    return this.#settings.keepRatio !== undefined && this.#stormScale() < 1;
  }

  /** B(t), billed bytes a second; Infinity without a budget. */
  bytesPerSecond(): number {
    return this.#rate;
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
