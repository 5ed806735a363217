/**
 * Requests encoded once and sent many times: a fixed amount of memory from which any rate can be driven. Variable parts
 * are distinct within the pool; times and trace ids are renewed with every sending, or, when requests are compressed,
 * whenever a request's times are older than RESTAMP_AFTER_MS.
 */
import { gzipSync } from "node:zlib";
import type { TrafficBatch } from "../world/traffic.ts";
import { encodeJson } from "./encode-json.ts";
import { ProtobufEncoder } from "./encode-protobuf.ts";
import type { LoadRequest } from "./request-source.ts";
import type { Encoding, WireRequest } from "./wire-request.ts";
import { stamp } from "./wire-request.ts";

/** Well inside the time after which a receiver treats records as late, and rare enough to keep gzip off the profile. */
const RESTAMP_AFTER_MS = 10_000;

export interface PoolSettings {
  readonly encoding: Encoding;
  readonly gzip: boolean;
  readonly batchRecords: number;
  /** Uncompressed bytes of all requests together. */
  readonly poolBytes: number;
  /** However large they are: more than can be in flight at once. */
  readonly minRequests: number;
}

interface PooledRequest {
  readonly wire: WireRequest;
  gzip: Uint8Array | undefined;
  stampedAtMs: number;
  uses: number;
  inFlight: boolean;
}

export class RequestPool {
  readonly #requests: PooledRequest[] = [];
  readonly #gzip: boolean;
  #next = 0;

  /** @param makeBatch a new batch for every index */
  constructor(settings: PoolSettings, makeBatch: (index: number, records: number) => TrafficBatch) {
    this.#gzip = settings.gzip;
    const encoder = new ProtobufEncoder();
    let bytes = 0;
    do {
      const batches = [makeBatch(this.#requests.length, settings.batchRecords)];
      const wire = settings.encoding === "json" ? encodeJson(batches) : encoder.encode(batches);
      bytes += wire.bytes.length;
      this.#requests.push({ wire, gzip: undefined, stampedAtMs: Number.NEGATIVE_INFINITY, uses: 0, inFlight: false });
    } while (bytes < settings.poolBytes || this.#requests.length < settings.minRequests);
  }

  /**
   * The request that waited longest, renewed. Its memory belongs to the caller until `release`.
   * @returns undefined when all are in flight
   */
  take(nowMs: number): LoadRequest | undefined {
    for (let tried = 0; tried < this.#requests.length; tried++) {
      const pooled = this.#requests[this.#next];
      this.#next = (this.#next + 1) % this.#requests.length;
      if (pooled === undefined || pooled.inFlight) continue;
      this.#renew(pooled, nowMs);
      pooled.inFlight = true;
      const { encoding, records, bytes } = pooled.wire;
      return {
        encoding,
        records,
        plain: bytes,
        gzip: pooled.gzip,
        release: () => {
          pooled.inFlight = false;
        },
      };
    }
    return undefined;
  }

  #renew(pooled: PooledRequest, nowMs: number): void {
    if (this.#gzip && nowMs - pooled.stampedAtMs < RESTAMP_AFTER_MS) return;
    stamp(pooled.wire, nowMs, pooled.uses++);
    pooled.stampedAtMs = nowMs;
    if (this.#gzip) pooled.gzip = gzipSync(pooled.wire.bytes, { level: 1 });
  }
}
