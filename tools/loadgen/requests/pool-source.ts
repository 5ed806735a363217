/** Requests from a pool, as fast as they are asked for or at a rate. A sender that fell behind its rate catches up. */
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../../src/model/environment.ts";
import type { RequestPool } from "./request-pool.ts";
import type { LoadRequest, RequestSource } from "./request-source.ts";

export interface PoolSourceSettings {
  /** 0: no limit. */
  readonly recordsPerSecond: number;
  /** Ends after at least this many; infinity for no end. */
  readonly maxRecords: number;
}

/** Shorter waits are not worth a timer: the next answer takes as long. */
const MIN_WAIT_MS = 1;

export class PoolSource implements RequestSource {
  readonly #pool: RequestPool;
  readonly #settings: PoolSourceSettings;
  readonly #environment: Environment;
  readonly #startedMs: number;
  readonly #stop: AbortController = new AbortController();
  #issuedRecords = 0;

  constructor(pool: RequestPool, settings: PoolSourceSettings, environment: Environment) {
    this.#pool = pool;
    this.#settings = settings;
    this.#environment = environment;
    this.#startedMs = environment.now().monoMs;
  }

  next(): LoadRequest | undefined | Promise<LoadRequest | undefined> {
    const { recordsPerSecond, maxRecords } = this.#settings;
    if (this.#stop.signal.aborted || this.#issuedRecords >= maxRecords) return undefined;
    const now = this.#environment.now();
    const request = this.#pool.take(now.wallMs);
    if (request === undefined) return undefined;
    const dueMs = recordsPerSecond === 0 ? 0 : this.#startedMs + (this.#issuedRecords / recordsPerSecond) * 1000;
    this.#issuedRecords += request.records;
    return dueMs - now.monoMs < MIN_WAIT_MS ? request : this.#later(request, dueMs - now.monoMs);
  }

  stop(): void {
    this.#stop.abort();
  }

  async #later(request: LoadRequest, waitMs: number): Promise<LoadRequest | undefined> {
    try {
      await delay(waitMs, undefined, { signal: this.#stop.signal });
      return request;
    } catch {
      request.release();
      return undefined;
    }
  }
}
