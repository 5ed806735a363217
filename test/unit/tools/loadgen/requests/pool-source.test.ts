import { beforeEach, describe, expect, it, vi } from "vitest";
import { PoolSource } from "../../../../../tools/loadgen/requests/pool-source.ts";
import { RequestPool } from "../../../../../tools/loadgen/requests/request-pool.ts";
import { SimpleWorld } from "../../../../../tools/loadgen/world/simple-world.ts";
import { DEFAULT_WORLD_SETTINGS } from "../../../../../tools/loadgen/world/world-settings.ts";
import { VirtualEnvironment } from "../../../../kit/virtual-environment.ts";

const timers = vi.hoisted(() => ({ waits: [] as number[], pending: false }));

vi.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number, _value: undefined, { signal }: { signal: AbortSignal }) => {
    timers.waits.push(milliseconds);
    if (!timers.pending) return Promise.resolve();
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  },
}));

function source(recordsPerSecond: number, maxRecords = Number.POSITIVE_INFINITY) {
  const environment = new VirtualEnvironment();
  const world = new SimpleWorld("source", DEFAULT_WORLD_SETTINGS);
  const settings = { encoding: "protobuf", gzip: false, batchRecords: 50, poolBytes: 1, minRequests: 3 } as const;
  const pool = new RequestPool(settings, (index, records) => world.batch(index, records, 0));
  return { environment, pool, source: new PoolSource(pool, { recordsPerSecond, maxRecords }, environment) };
}

beforeEach(() => {
  timers.waits.length = 0;
  timers.pending = false;
});

describe("PoolSource", () => {
  it("has the next request at once when there is no rate", () => {
    const { source: unthrottled } = source(0);

    expect(unthrottled.next()).toMatchObject({ records: 50 });
    expect(timers.waits).toEqual([]);
  });

  it("spaces requests by their records, and catches up when it was held up", async () => {
    const { source: paced, environment } = source(1_000);

    const first = await paced.next();
    (await paced.next())?.release();
    environment.advance(10);
    (await paced.next())?.release();
    environment.advance(500);
    expect(paced.next()).not.toBeInstanceOf(Promise);

    // Due 0, 50, 100 and 150 ms after the start, asked at 0, 0, 10 and 510 ms.
    expect(first).toMatchObject({ records: 50 });
    expect(timers.waits).toEqual([50, 90]);
  });

  it("ends after its records", () => {
    const { source: limited } = source(0, 120);

    expect([limited.next(), limited.next(), limited.next()].every((request) => request !== undefined)).toBe(true);
    expect(limited.next()).toBeUndefined();
  });

  it("gives nothing to those who wait when it is stopped, and the request back to its pool", async () => {
    const { source: paced, pool } = source(1);
    timers.pending = true;
    paced.next();
    const waiting = paced.next();

    paced.stop();

    expect(await waiting).toBeUndefined();
    expect(paced.next()).toBeUndefined();
    expect([pool.take(0), pool.take(0)].every((request) => request !== undefined)).toBe(true);
    expect(pool.take(0)).toBeUndefined();
  });
});
