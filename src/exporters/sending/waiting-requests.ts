/**
 * Requests between attempts, in the order in which they will be tried. A failed one goes to the back, so that it never
 * keeps the others from being tried; pieces of a split one go to the front, so that a batch is finished before the
 * next. Bounded by the sender: a few batches, at most 1 + 64 pieces each.
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
    if (request?.parked) this.#unpark(request, false);
    return request;
  }

  /** When the first becomes due; infinite when there is none. */
  nextDueMs(): number {
    return this.#requests.reduce((due, request) => Math.min(due, request.notBeforeMs), Number.POSITIVE_INFINITY);
  }

  /** Sets a request aside until `untilMs`, or until unparkAll. */
  park(request: PendingRequest, untilMs: number): void {
    request.parked = true;
    request.notBeforeMs = untilMs;
    request.lineage.parked();
    this.#requests.push(request);
  }

  /** The destination has accepted something: what it refused before is worth another look now. */
  unparkAll(nowMs: number): void {
    for (const request of this.#requests) {
      if (!request.parked) continue;
      this.#unpark(request, true);
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

  #unpark(request: PendingRequest, proven: boolean): void {
    request.parked = false;
    request.lineage.unparked(proven);
  }
}
