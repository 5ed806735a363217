/**
 * Requests between attempts, in the order in which they will be tried. A failed one goes to the back, so that it never
 * keeps the others from being tried; pieces of a split one go to the front, so that a batch is finished before the
 * next. Bounded by the send loop: a few batches, at most 1 + 64 pieces each.
 */
import type { PendingRequest } from "./pending-request.ts";

export class WaitingRequests {
  #requests: PendingRequest[] = [];

  get isEmpty(): boolean {
    return this.#requests.length === 0;
  }

  pushBack(request: PendingRequest): void {
    this.#requests.push(request);
  }

  pushFront(...requests: readonly PendingRequest[]): void {
    this.#requests.unshift(...requests);
  }

  /** Removes and returns the first that is due. */
  takeDue(nowMs: number): PendingRequest | undefined {
    const index = this.#requests.findIndex((request) => request.notBeforeMs <= nowMs);
    if (index < 0) return undefined;
    const request = this.#requests.splice(index, 1)[0];
    if (request?.deferred) this.#endDeferral(request, false);
    return request;
  }

  /** When the first becomes due; infinite when there is none. */
  nextDueMs(): number {
    return this.#requests.reduce((due, request) => Math.min(due, request.notBeforeMs), Number.POSITIVE_INFINITY);
  }

  /** Defers a request until `untilMs`, or until retryDeferred. */
  defer(request: PendingRequest, untilMs: number): void {
    request.deferred = true;
    request.notBeforeMs = untilMs;
    request.splitGroup.deferred();
    this.#requests.push(request);
  }

  /** The destination has accepted a request: deferred requests are due now. */
  retryDeferred(nowMs: number): void {
    for (const request of this.#requests) {
      if (!request.deferred) continue;
      this.#endDeferral(request, true);
      request.notBeforeMs = nowMs;
    }
  }

  /** Everything is due now: the process is leaving. */
  hurry(nowMs: number): void {
    for (const request of this.#requests) request.notBeforeMs = Math.min(request.notBeforeMs, nowMs);
  }

  /** Empties the list. */
  drain(): PendingRequest[] {
    const requests = this.#requests;
    this.#requests = [];
    return requests;
  }

  #endDeferral(request: PendingRequest, proven: boolean): void {
    request.deferred = false;
    request.splitGroup.resumed(proven);
  }
}
