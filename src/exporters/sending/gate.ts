/**
 * Whether a destination may be sent to now, and how many requests at once. One gate a destination: a pause is never a
 * matter of one request. After every pause one probe goes first, and the rest follows its success.
 *
 *   sending   normal; up to the concurrency limit
 *   retrying  failures in a row: pauses grow with full jitter, one probe after each
 *   holding   the destination asked to wait, or refuses us altogether: nothing goes until the pause is over
 *
 * Nothing is ever given up here, however long it takes. All times are milliseconds on the clock that never jumps.
 */
import { backOffMs, requestedPauseMs } from "./back-off.ts";
import { Concurrency } from "./concurrency.ts";

/**
 * A destination that refuses us altogether is asked again this often: slow enough to be no burden, fast enough to
 * notice.
 */
export const HOLD_PROBE_MS: number = 5 * 60_000;

/**
 * Records that may be condemned (dropped as poison or too large) with no success in between. A destination that refuses
 * more than this in a row is itself the suspect, and so is one that never accepted anything.
 */
export const MAX_CONDEMNED_IN_A_ROW = 64;

type PauseCause = "none" | "back_off" | "asked" | "refused";

export class Gate {
  readonly #jitter: () => number;
  readonly #concurrency: Concurrency;
  #cause: PauseCause = "none";
  #pausedUntil = 0;
  #probing = false;
  #message = "";
  #consecutiveFailures = 0;
  #refusedInARow = 0;
  #condemnedInARow = 0;
  #successes = 0;

  /** @param jitter uniform in [0, 1) */
  constructor(maxConcurrency: number, jitter: () => number) {
    this.#concurrency = new Concurrency(maxConcurrency);
    this.#jitter = jitter;
  }

  get mode(): "sending" | "retrying" | "holding" {
    if (this.#cause === "asked" || this.#cause === "refused") return "holding";
    return this.#consecutiveFailures === 0 ? "sending" : "retrying";
  }

  /** True when only a person or a new credential will help. */
  get refused(): boolean {
    return this.#cause === "refused";
  }

  /** One sentence about the present mode; "" while sending. */
  get message(): string {
    return this.#message;
  }

  get consecutiveFailures(): number {
    return this.#consecutiveFailures;
  }

  /** Requests accepted so far. */
  get successes(): number {
    return this.#successes;
  }

  /** How many requests may be under way now. */
  limit(nowMs: number): number {
    if (nowMs < this.#pausedUntil) return 0;
    return this.#probing ? 1 : this.#concurrency.limit;
  }

  /** Milliseconds until the pause is over; 0 = open. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntil - nowMs);
  }

  /** May a record that is refused by itself be dropped for it, or is the destination the one to doubt? */
  mayCondemn(): boolean {
    return this.#successes > 0 && this.#condemnedInARow < MAX_CONDEMNED_IN_A_ROW;
  }

  condemned(records: number): void {
    this.#condemnedInARow += records;
  }

  /** @param inFlight requests under way, the accepted one included */
  accepted(nowMs: number, inFlight: number): void {
    this.#successes++;
    this.#concurrency.succeeded(inFlight);
    this.#consecutiveFailures = 0;
    this.#refusedInARow = 0;
    this.#condemnedInARow = 0;
    // A wait that the destination asked for outlasts the successes of requests that were already under way.
    if (this.#cause === "asked" && nowMs < this.#pausedUntil) return;
    this.#open();
  }

  /**
   * A request failed that may succeed later.
   * @param askedMs what the destination asked for, unclamped; undefined when it did not
   * @param message one sentence for a person
   */
  failed(nowMs: number, askedMs: number | undefined, message: string): void {
    this.#consecutiveFailures++;
    this.#concurrency.failed();
    const askedToWait = askedMs !== undefined && askedMs > 0;
    if (askedToWait) {
      this.#pause("asked", nowMs + requestedPauseMs(askedMs, this.#jitter()), `${message} and asked us to wait`);
      return;
    }
    // The first failure after a success may be the request's own fault: it backs off by itself, the others go on.
    if (this.#consecutiveFailures === 1 && !this.#probing) {
      this.#message = message;
      return;
    }
    this.#pause("back_off", nowMs + backOffMs(this.#consecutiveFailures, this.#jitter()), message);
  }

  /** The destination refuses us altogether. */
  refuse(nowMs: number, message: string): void {
    this.#consecutiveFailures++;
    this.#pause("refused", nowMs + HOLD_PROBE_MS, message);
  }

  /** A batch was refused that may not be condemned. The first one may be bad; from the second on we doubt ourselves. */
  refusedBatch(nowMs: number): void {
    this.#refusedInARow++;
    if (this.#refusedInARow < 2 && !this.#probing) return;
    this.refuse(nowMs, "the destination refuses every request: check its address, or what it accepts");
  }

  /** Something changed (a new credential): probe now. */
  reopen(nowMs: number): void {
    if (this.#cause === "refused") this.#pausedUntil = nowMs;
  }

  /** The process is leaving: try once more now, unless the destination asked for quiet. */
  hurry(nowMs: number): void {
    if (this.#cause !== "asked") this.#pausedUntil = Math.min(this.#pausedUntil, nowMs);
  }

  #open(): void {
    this.#cause = "none";
    this.#message = "";
    this.#pausedUntil = 0;
    this.#probing = false;
  }

  #pause(cause: PauseCause, untilMs: number, message: string): void {
    // Of several answers that arrive together, the longest wait counts; a shorter one does not hide its cause.
    if (untilMs < this.#pausedUntil) return;
    this.#cause = cause;
    this.#message = message;
    this.#pausedUntil = untilMs;
    this.#probing = true;
  }
}
