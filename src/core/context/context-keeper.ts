/**
 * Puts the sampled-out records of requests into the context ring, and answers triggers from it, once per service and
 * pause. Bound: the ring, and `maxServices` times of release.
 */
import { REASON_MUTED } from "../../model/decision.ts";
import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { StampPlan } from "../otlp/encode/stamps.ts";
import type { RequestWork } from "../request/request-work.ts";
import type { ContextParts, ReleasedContext } from "./context-release.ts";
import { ContextReleaser } from "./context-release.ts";
import type { ContextRingSettings, HeldRequest } from "./context-ring.ts";
import { ContextRing } from "./context-ring.ts";

/** Result of holding the sampled-out records of one request. */
export interface HeldRecords {
  /** Tag of the request in the ring; -1 when it is not held. */
  readonly tag: number;
  readonly records: number;
}

const SEVERITIES = 26;
const NOTHING_HELD: HeldRecords = { tag: -1, records: 0 };
/** Shortest time between two releases for a service, so that a burst of failures releases its context once. */
const RELEASE_PAUSE_MS = 10_000;

/** A record that releases the context before it. */
export interface TriggerRecord {
  readonly batch: LogBatch;
  readonly record: number;
}

export class ContextKeeper {
  readonly ring: ContextRing;
  /** Records that left the ring unreleased since the last `takeUnreleased`, by severity number 0 to 25. */
  #unreleased = new Float64Array(SEVERITIES);
  #hasUnreleased = false;
  readonly #releaser: ContextReleaser;
  readonly #maxServices: number;
  /** Monotonic milliseconds of the last release of each service. */
  readonly #releasedMs = new Map<string, number>();

  constructor(settings: ContextRingSettings, maxServices: number, parts: ContextParts) {
    this.ring = new ContextRing(settings, (entry) => this.#addUnreleased(entry));
    this.#releaser = new ContextReleaser(this.ring, parts);
    this.#maxServices = maxServices;
  }

  #addUnreleased({ bySeverity, heldRecords }: HeldRequest): void {
    if (heldRecords === 0) return;
    this.#hasUnreleased = true;
    for (let severity = 0; severity < SEVERITIES; severity++) this.#unreleased[severity] += bySeverity[severity];
  }

  /** Records that left the ring unreleased since the last call, by severity number; undefined when there are none. */
  takeUnreleased(): Float64Array | undefined {
    if (!this.#hasUnreleased) return undefined;
    const left = this.#unreleased;
    this.#unreleased = new Float64Array(SEVERITIES);
    this.#hasUnreleased = false;
    return left;
  }

  /** Holds the sampled-out records of a request. @param slices number of slices of its decisions */
  hold(work: RequestWork, slices: number, now: Instant): HeldRecords {
    if (this.ring.isOff) return NOTHING_HELD;
    const bySeverity = new Uint32Array(SEVERITIES);
    let records = 0;
    for (let slice = 0; slice < slices; slice++) {
      const { sampledOut } = work.decisions.counts(slice);
      for (let severity = 0; severity < SEVERITIES; severity++) {
        bySeverity[severity] += sampledOut[severity];
        records += sampledOut[severity];
      }
    }
    if (records === 0) return NOTHING_HELD;
    const { batch } = work;
    const tag = this.ring.hold(batch.bytes.subarray(0, batch.length), {
      held: heldColumn(work),
      bySeverity,
      heldRecords: records,
      service: batch.resources[0].service,
      monoMs: now.monoMs,
    });
    return tag < 0 ? NOTHING_HELD : { tag, records };
  }

  /** Releases the context of a trigger. @param maxBytes billed bytes that may be released now */
  release(
    { batch, record }: TriggerRecord,
    now: Instant,
    stamps: StampPlan,
    maxBytes: number,
  ): ReleasedContext | undefined {
    const { service } = batch.resources[batch.scopes[batch.scope[record]].resource];
    const last = this.#releasedMs.get(service) ?? Number.NEGATIVE_INFINITY;
    if (this.ring.isOff || now.monoMs - last < RELEASE_PAUSE_MS) return undefined;
    if (this.#releasedMs.size >= this.#maxServices) this.#releasedMs.clear();
    this.#releasedMs.set(service, now.monoMs);
    const at = batch.traceStart[record];
    const traceId = at === 0 ? undefined : batch.bytes.slice(at, at + 16);
    return this.#releaser.release({ service, traceId }, stamps, maxBytes);
  }
}

/** 1 for every record that was sampled out; muted records are not held. */
function heldColumn({ batch, decisions }: RequestWork): Uint8Array {
  const { keep, reason } = decisions;
  const held = new Uint8Array(batch.recordCount);
  for (let i = 0; i < batch.recordCount; i++) held[i] = keep[i] === 0 && reason[i] !== REASON_MUTED ? 1 : 0;
  return held;
}
