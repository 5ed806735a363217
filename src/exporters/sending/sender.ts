/**
 * Brings what a queue reader hands out to one destination: batches it, regroups it, sends it, and settles each entry
 * when all of its records have an outcome. Everything happens in #step, which runs when something happened (an entry,
 * an answer, a timer) and then arms at most one timer: nothing polls, and an idle sender does nothing at all.
 *
 * Never gives up by elapsed time. A record is lost only when the destination refuses it by itself (poison, too_large),
 * or when the process leaves first; the reason shutdown_abandoned then leaves the decision to the queue.
 * Bounded: one open batch, maxConcurrency + MAX_BATCHES_ASIDE batches without an outcome, one timer.
 */
import { setMaxListeners } from "node:events";
import type { Environment } from "../../model/environment.ts";
import type { ExporterState } from "../../model/ports/exporter.ts";
import type { Logger } from "../../model/ports/logger.ts";
import type { QueueReader } from "../../model/ports/queue.ts";
import type { Telemetry } from "../../model/telemetry.ts";
import { ByteRate } from "./byte-rate.ts";
import type { Destination, Outcome } from "./destination.ts";
import { Gate } from "./gate.ts";
import type { PendingRequest } from "./pending-request.ts";
import type { Regroup } from "./regrouped.ts";
import { RequestBuilder } from "./request-builder.ts";
import type { Timers } from "./timers.ts";
import { Verdicts } from "./verdicts.ts";
import { WaitingRequests } from "./waiting-requests.ts";

/** Batches that may wait (for a retry, or set aside) beside those under way, so that others can be tried meanwhile. */
const MAX_BATCHES_ASIDE = 4;

/** For a destination that rejects although it promised not to. */
const ATTEMPT_BROKE: Outcome = {
  kind: "retry",
  code: "reset",
  message: "the attempt ended in an unexpected error",
  retryAfterMs: undefined,
  suspect: false,
};

export interface SenderSettings {
  /** Name of the exporter: metric label and log field. */
  readonly exporterId: string;
  /** A batch waits this long at most for more. */
  readonly flushIntervalMs: number;
  /** Uncompressed size that requests are filled to; learned downwards when the destination calls one too large. */
  readonly maxRequestBytes: number;
  readonly maxConcurrency: number;
  /** Uncompressed bytes a second; 0 = no limit. */
  readonly maxBytesPerSecond: number;
}

export interface SenderDeps {
  readonly env: Environment;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly reader: QueueReader;
  readonly regroup: Regroup;
  readonly destination: Destination;
}

export class Sender {
  readonly #settings: SenderSettings;
  readonly #deps: SenderDeps;
  readonly #gate: Gate;
  readonly #rate: ByteRate;
  readonly #builder: RequestBuilder;
  readonly #waiting = new WaitingRequests();
  readonly #verdicts: Verdicts;
  readonly #inFlight = new Set<PendingRequest>();
  readonly #stop = new AbortController();
  #phase: "new" | "sending" | "draining" | "stopped" = "new";
  #openBatches = 0;
  #retriedLast = false;
  #listening = false;
  #cancelTimer: (() => void) | undefined;
  #onIdle: (() => void) | undefined;
  #drained: Promise<void> | undefined;

  constructor(settings: SenderSettings, deps: SenderDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#gate = new Gate(settings.maxConcurrency, () => deps.env.jitter());
    this.#rate = new ByteRate(settings.maxBytesPerSecond, deps.env.now().monoMs);
    this.#builder = new RequestBuilder(settings, deps.reader, deps.regroup);
    // One listener an attempt and one for the reader: more than Node's default of ten is no leak here.
    setMaxListeners(settings.maxConcurrency + 1, this.#stop.signal);
    this.#verdicts = new Verdicts(settings, deps, { gate: this.#gate, waiting: this.#waiting, builder: this.#builder });
  }

  get state(): ExporterState {
    return {
      mode: this.#phase === "stopped" ? "stopped" : this.#gate.mode,
      message: this.#gate.message,
      consecutiveFailures: this.#gate.consecutiveFailures,
      inFlight: this.#inFlight.size,
      regroupRatio: this.#builder.regroupRatio,
    };
  }

  /** True while only a person or a new credential can help. */
  get refused(): boolean {
    return this.#gate.refused;
  }

  start(): void {
    if (this.#phase !== "new") return;
    this.#phase = "sending";
    this.#step();
  }

  /** Ends a pause that was waiting for a change on our side: a new credential. */
  reopen(): void {
    this.#gate.reopen(this.#nowMs());
    this.#step();
  }

  /**
   * Sends everything without waiting for full batches, until nothing is left or `signal` aborts. Safe to call twice.
   */
  drain(signal: AbortSignal): Promise<void> {
    this.#drained ??= this.#drain(signal);
    return this.#drained;
  }

  async #drain(signal: AbortSignal): Promise<void> {
    if (this.#phase === "sending" && !signal.aborted) {
      this.#phase = "draining";
      this.#gate.hurry(this.#nowMs());
      this.#waiting.hurry(this.#nowMs());
      await this.#idleOrAborted(signal);
    }
    this.#abandon();
  }

  #step(): void {
    if (this.#phase !== "sending" && this.#phase !== "draining") return;
    const nowMs = this.#nowMs();
    this.#builder.fill(nowMs);
    while (this.#inFlight.size < this.#gate.limit(nowMs) && this.#rate.waitMs(nowMs) === 0) {
      const request = this.#nextRequest(nowMs);
      if (request === undefined) break;
      this.#dispatch(request, nowMs);
      this.#builder.fill(nowMs);
    }
    this.#arm(nowMs);
    this.#listen();
    if (this.#phase === "draining" && this.#isIdle()) this.#onIdle?.();
  }

  /** When the open batch goes; infinite when it may not. */
  #freshDueMs(nowMs: number): number {
    const full = this.#openBatches >= this.#settings.maxConcurrency + MAX_BATCHES_ASIDE;
    if (full || this.#builder.isEmpty) return Number.POSITIVE_INFINITY;
    return this.#phase === "draining" ? nowMs : this.#builder.dueMs(nowMs);
  }

  /** Retries and fresh batches take turns, so that neither a bad request nor a busy application starves the other. */
  #nextRequest(nowMs: number): PendingRequest | undefined {
    const freshIsDue = this.#freshDueMs(nowMs) <= nowMs;
    const waiting = freshIsDue && this.#retriedLast ? undefined : this.#waiting.takeDue(nowMs);
    this.#retriedLast = waiting?.sentBefore === true;
    if (waiting !== undefined || !freshIsDue) return waiting;
    const [first, ...rest] = this.#builder.build((records) => this.#verdicts.corrupt(records));
    // Nothing of the batch could be read: the next one is not due before it is filled.
    if (first === undefined) return undefined;
    this.#openBatches++;
    this.#waiting.pushFront(...rest);
    return first;
  }

  #dispatch(request: PendingRequest, nowMs: number): void {
    this.#inFlight.add(request);
    if (request.sentBefore) this.#deps.telemetry.exportRetry(this.#settings.exporterId);
    request.attemptStarts(this.#gate.successes);
    this.#rate.spend(request.byteLength, nowMs);
    void this.#deps.destination
      .send(request, this.#stop.signal)
      .catch(() => ATTEMPT_BROKE)
      .then((outcome) => this.#conclude(request, outcome));
  }

  #conclude(request: PendingRequest, outcome: Outcome): void {
    if (this.#phase === "stopped") return;
    const inFlight = this.#inFlight.size;
    this.#inFlight.delete(request);
    request.forgetBytes();
    this.#verdicts.apply(request, outcome, inFlight);
    if (request.lineage.isSettled) this.#openBatches--;
    this.#step();
  }

  #arm(nowMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    // With a request under way and no room for another, the answer is what happens next.
    const limit = this.#gate.limit(nowMs);
    if (limit > 0 && this.#inFlight.size >= limit) return;
    const workMs = Math.min(this.#waiting.nextDueMs(), this.#freshDueMs(nowMs));
    if (workMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(workMs - nowMs, this.#gate.waitMs(nowMs), this.#rate.waitMs(nowMs));
    this.#cancelTimer = this.#deps.timers.schedule(Math.max(1, Math.ceil(delayMs)), () => this.#step());
  }

  #listen(): void {
    if (this.#listening || this.#builder.isFull) return;
    this.#listening = true;
    void this.#deps.reader.wait(this.#stop.signal).then(() => {
      this.#listening = false;
      this.#step();
    });
  }

  #isIdle(): boolean {
    return this.#inFlight.size === 0 && this.#waiting.isEmpty && this.#builder.isEmpty;
  }

  #idleOrAborted(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener("abort", done);
        this.#onIdle = undefined;
        resolve();
      };
      this.#onIdle = done;
      signal.addEventListener("abort", done, { once: true });
      this.#step();
    });
  }

  /** Ends every attempt and hands back what has no outcome yet; the queue knows what abandonment means to it. */
  #abandon(): void {
    if (this.#phase === "stopped") return;
    this.#phase = "stopped";
    this.#stop.abort();
    this.#cancelTimer?.();
    this.#builder.abandon();
    for (const request of [...this.#inFlight, ...this.#waiting.drain()]) request.lost("shutdown_abandoned");
    this.#inFlight.clear();
  }

  #nowMs(): number {
    return this.#deps.env.now().monoMs;
  }
}
