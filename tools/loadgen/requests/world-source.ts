/**
 * Requests from a world as time passes: what every service said since the last flush, one request a batch. Holds at
 * most MAX_BACKLOG requests for connections that are busy; what comes on top is counted as skipped, as an SDK's full
 * queue would lose it.
 */

import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Environment } from "../../../src/model/environment.ts";
import type { TrafficBatch, World } from "../world/traffic.ts";
import { encodeJson } from "./encode-json.ts";
import { ProtobufEncoder } from "./encode-protobuf.ts";
import type { LoadRequest, RequestSource } from "./request-source.ts";
import type { Encoding } from "./wire-request.ts";

export interface WorldSourceSettings {
  readonly encoding: Encoding;
  readonly gzip: boolean;
  /** Between two looks at the world: services export what gathered in the meantime. */
  readonly flushMs: number;
  readonly maxRecords: number;
  /** Told how many records found no place. */
  readonly onSkipped: (records: number) => void;
}

const MAX_BACKLOG = 2_000;

type Waiter = (request: LoadRequest | undefined) => void;

export class WorldSource implements RequestSource {
  readonly #world: World;
  readonly #settings: WorldSourceSettings;
  readonly #environment: Environment;
  readonly #encoder: ProtobufEncoder = new ProtobufEncoder();
  readonly #stop: AbortController = new AbortController();
  readonly #waiters: Waiter[] = [];
  readonly #backlog: LoadRequest[] = [];
  #issuedRecords = 0;

  constructor(world: World, settings: WorldSourceSettings, environment: Environment) {
    this.#world = world;
    this.#settings = settings;
    this.#environment = environment;
    this.#flushes().catch(() => this.stop());
  }

  next(): LoadRequest | undefined | Promise<LoadRequest | undefined> {
    const request = this.#backlog.shift();
    if (request !== undefined || this.#stop.signal.aborted) return request;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** What was said is still handed out; nothing is said any more. */
  stop(): void {
    this.#stop.abort();
    for (const waiter of this.#waiters.splice(0)) waiter(undefined);
  }

  async #flushes(): Promise<void> {
    const started = this.#environment.now().monoMs;
    while (!this.#stop.signal.aborted) {
      await delay(this.#settings.flushMs, undefined, { signal: this.#stop.signal });
      const now = this.#environment.now();
      for (const batch of this.#world.next(now.wallMs, now.monoMs - started)) this.#offer(batch);
    }
  }

  #offer(batch: TrafficBatch): void {
    if (this.#issuedRecords >= this.#settings.maxRecords) {
      this.stop();
      return;
    }
    this.#issuedRecords += batch.records.length;
    if (this.#backlog.length >= MAX_BACKLOG) {
      this.#settings.onSkipped(batch.records.length);
      return;
    }
    const request = this.#encode(batch);
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#backlog.push(request);
    else waiter(request);
  }

  #encode(batch: TrafficBatch): LoadRequest {
    const { encoding, gzip } = this.#settings;
    const { bytes, records } = encoding === "json" ? encodeJson([batch]) : this.#encoder.encode([batch]);
    const compressed = gzip ? gzipSync(bytes, { level: 1 }) : undefined;
    return { encoding, records, plain: bytes, gzip: compressed, release: () => undefined };
  }
}
