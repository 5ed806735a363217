/**
 * How late the event loop is: the 99th percentile of its delay over the last five to ten seconds. Two windows, so that
 * a stall is seen at the next reading and forgotten soon after, however often anybody reads.
 */

import type { IntervalHistogram } from "node:perf_hooks";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Component, ComponentHealth } from "../model/ports/component.ts";

/**
 * The histogram's timer fires this often, and counts this much into every delay; at 20 ms it was most of an idle
 * process.
 */
const RESOLUTION_MS = 100;
const WINDOW_MS = 5_000;
/** From here on clients time out and probes fail: worth telling. */
const DEGRADED_SECONDS = 1;
const NANOSECONDS_PER_SECOND = 1e9;

export class EventLoopLag implements Component {
  readonly id = "event-loop-lag";
  #histogram: IntervalHistogram | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastWindowSeconds = 0;

  start(): Promise<void> {
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#histogram.enable();
    this.#timer = setInterval(() => this.#turnWindow(), WINDOW_MS);
    this.#timer.unref();
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#histogram?.disable();
    this.#timer = undefined;
    this.#histogram = undefined;
    return Promise.resolve();
  }

  /** Seconds; 0 before the start. */
  seconds(): number {
    return Math.max(this.#lastWindowSeconds, this.#currentSeconds());
  }

  health(): ComponentHealth {
    const seconds = this.seconds();
    if (seconds < DEGRADED_SECONDS) return { state: "ok" };
    return { state: "degraded", message: `The event loop is ${seconds.toFixed(1)} s late` };
  }

  #turnWindow(): void {
    this.#lastWindowSeconds = this.#currentSeconds();
    this.#histogram?.reset();
  }

  #currentSeconds(): number {
    // A histogram without a value answers NaN or the top of its range.
    if (this.#histogram === undefined || this.#histogram.count === 0) return 0;
    return Math.max(0, this.#histogram.percentile(99) / NANOSECONDS_PER_SECOND - RESOLUTION_MS / 1000);
  }
}
