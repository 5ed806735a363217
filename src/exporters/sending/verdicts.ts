/**
 * What follows from an answer: for the request (settled, sent again, split, set aside), for the gate, and for the
 * numbers. The one place where a record can be lost: refused by itself, by a destination that has accepted others.
 */
import type { Environment } from "../../model/environment.ts";
import type { Logger } from "../../model/ports/logger.ts";
import type { Telemetry } from "../../model/telemetry.ts";
import { backOffMs } from "./back-off.ts";
import type { Outcome } from "./destination.ts";
import type { Gate } from "./gate.ts";
import { HOLD_PROBE_MS } from "./gate.ts";
import type { PendingRequest } from "./pending-request.ts";
import type { RequestBuilder } from "./request-builder.ts";
import type { WaitingRequests } from "./waiting-requests.ts";

export interface VerdictDeps {
  readonly env: Environment;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/** The sender's parts that an answer changes. */
export interface VerdictTargets {
  readonly gate: Gate;
  readonly waiting: WaitingRequests;
  readonly builder: RequestBuilder;
}

export class Verdicts {
  readonly #exporterId: string;
  readonly #maxRequestBytes: number;
  readonly #deps: VerdictDeps;
  readonly #gate: Gate;
  readonly #waiting: WaitingRequests;
  readonly #builder: RequestBuilder;
  #reportedMode = "sending";

  constructor(
    settings: { readonly exporterId: string; readonly maxRequestBytes: number },
    deps: VerdictDeps,
    targets: VerdictTargets,
  ) {
    this.#exporterId = settings.exporterId;
    this.#maxRequestBytes = settings.maxRequestBytes;
    this.#deps = deps;
    this.#gate = targets.gate;
    this.#waiting = targets.waiting;
    this.#builder = targets.builder;
  }

  /** @param inFlight requests that were under way when the answer came, this one included */
  apply(request: PendingRequest, outcome: Outcome, inFlight: number): void {
    const nowMs = this.#deps.env.now().monoMs;
    this.#deps.telemetry.exportRequest(this.#exporterId, outcome.code);
    switch (outcome.kind) {
      case "accepted":
        this.#gate.accepted(nowMs, inFlight);
        this.#waiting.unparkAll(nowMs);
        this.#delivered(request, outcome.rejectedRecords);
        break;
      case "retry":
        this.#retry(request, outcome, nowMs);
        break;
      case "split":
        this.#refused(request, outcome.cause, nowMs);
        break;
      case "hold":
        this.#gate.refuse(nowMs, outcome.message);
        this.#waiting.pushFront(request);
        break;
      case "resend":
        this.#waiting.pushFront(request);
        break;
    }
    this.#report(outcome.code);
  }

  /** Records of an entry that could not be read were lost. */
  corrupt(records: number): void {
    this.#deps.telemetry.exportRecords(this.#exporterId, "dropped", records);
    this.#deps.logger.error({ reason: "corrupt_store", records }, "dropped a queue entry that cannot be read");
  }

  #delivered(request: PendingRequest, rejectedRecords: number): void {
    const { telemetry } = this.#deps;
    const rejected = Math.min(rejectedRecords, request.recordCount);
    request.delivered();
    telemetry.bytesExported(this.#exporterId, request.byteLength);
    telemetry.exportRecords(this.#exporterId, "delivered", request.recordCount - rejected);
    if (rejected > 0) telemetry.exportRecords(this.#exporterId, "rejected_by_destination", rejected);
  }

  #retry(request: PendingRequest, outcome: Extract<Outcome, { kind: "retry" }>, nowMs: number): void {
    const suspected = outcome.suspect && request.suspect(this.#gate.successes);
    this.#gate.failed(nowMs, outcome.retryAfterMs, outcome.message);
    if (suspected) {
      this.#refused(request, "poison", nowMs);
      return;
    }
    if (outcome.retryAfterMs === undefined || outcome.retryAfterMs === 0) {
      request.failures++;
      request.notBeforeMs = nowMs + backOffMs(request.failures, this.#deps.env.jitter());
    }
    this.#waiting.pushBack(request);
  }

  /** The destination will never take this request as it is. */
  #refused(request: PendingRequest, cause: "poison" | "too_large", nowMs: number): void {
    const tooLargeTogether = cause === "too_large" && request.recordCount > 1;
    if (tooLargeTogether) this.#makeSmaller(request.byteLength);
    const pieces = tooLargeTogether ? request.halve() : request.bisect();
    if (pieces !== undefined) {
      this.#waiting.pushFront(...pieces);
      return;
    }
    // A record larger than a whole request was to be is too large by our own measure; else the destination may be
    // wrong.
    const certain = cause === "too_large" && request.byteLength > this.#maxRequestBytes;
    if (!certain && !this.#gate.mayCondemn()) {
      this.#waiting.park(request, nowMs + HOLD_PROBE_MS);
      if (request.lineage.isParked) this.#gate.refusedBatch(nowMs);
      return;
    }
    request.lost(cause);
    if (!certain) this.#gate.condemned(request.recordCount);
    this.#deps.telemetry.exportRecords(this.#exporterId, "dropped", request.recordCount);
    this.#deps.logger.warn({ reason: cause, records: request.recordCount }, "dropped what the destination refuses");
  }

  #makeSmaller(refusedBytes: number): void {
    const learned = this.#builder.learn(refusedBytes);
    if (learned === undefined) return;
    this.#deps.logger.info({ maxRequestBytes: learned }, "requests are made smaller from now on");
  }

  #report(code: string): void {
    const { mode, message } = this.#gate;
    if (mode === this.#reportedMode) return;
    this.#reportedMode = mode;
    const fields = { mode, code };
    if (mode === "sending") this.#deps.logger.info(fields, "sending again");
    else this.#deps.logger.warn(fields, message);
  }
}
