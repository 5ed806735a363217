import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { RequestPool } from "../../../../../tools/loadgen/requests/request-pool.ts";
import type { LoadRequest } from "../../../../../tools/loadgen/requests/request-source.ts";
import { SimpleWorld } from "../../../../../tools/loadgen/world/simple-world.ts";
import { DEFAULT_WORLD_SETTINGS } from "../../../../../tools/loadgen/world/world-settings.ts";
import { decodeLogsRequest } from "../../../../kit/otlp/otlp-message.ts";

const START = Date.UTC(2026, 0, 1);

function pool(options: { gzip?: boolean; poolBytes?: number; minRequests?: number } = {}): RequestPool {
  const world = new SimpleWorld("pool", DEFAULT_WORLD_SETTINGS);
  const settings = { encoding: "protobuf", gzip: false, batchRecords: 50, poolBytes: 1, minRequests: 3 } as const;
  return new RequestPool({ ...settings, ...options }, (index, records) => world.batch(index, records, START));
}

/** Every request of it, none released. */
function takeAll(from: RequestPool): LoadRequest[] {
  const taken: LoadRequest[] = [];
  for (let request = from.take(START); request !== undefined; request = from.take(START)) taken.push(request);
  return taken;
}

function records(bytes: Uint8Array) {
  return decodeLogsRequest(bytes).resourceLogs[0]!.scopeLogs![0]!.logRecords!;
}

describe("RequestPool", () => {
  it("is as large as its bytes or its connections ask for", () => {
    expect(takeAll(pool({ minRequests: 7 }))).toHaveLength(7);
    const large = takeAll(pool({ poolBytes: 200_000 }));
    expect(large.length).toBeGreaterThan(10);
    expect(large.length).toBeLessThan(20);
  });

  it("has distinct lines in all its requests", () => {
    const many = takeAll(pool({ poolBytes: 200_000 }));
    const bodies = many.flatMap((request) => records(request.plain));

    expect(new Set(bodies.map((record) => record.body!.stringValue)).size).toBe(50 * many.length);
  });

  it("hands out no request twice before it was released, and renews it then", () => {
    const small = pool();
    const taken = [small.take(START)!, small.take(START)!, small.take(START)!];
    expect(new Set(taken.map((request) => request.plain)).size).toBe(3);
    expect(small.take(START)).toBeUndefined();

    const before = records(taken[1]!.plain);
    taken[1]!.release();
    const again = small.take(START + 1_234)!;

    expect(again.plain).toBe(taken[1]!.plain);
    const after = records(again.plain);
    expect(after[0]!.timeUnixNano).toBe(`${START + 1_234}000000`);
    expect(after.map((record) => record.body)).toEqual(before.map((record) => record.body));
    const ids = (list: typeof after) => list.map((record) => record.traceId).filter((id) => id !== undefined);
    expect(ids(after)).not.toHaveLength(0);
    expect(ids(after).some((id) => ids(before).includes(id))).toBe(false);
  });

  it("compresses what a connection can send, and renews it when its times are ten seconds old", () => {
    const zipped = pool({ gzip: true, minRequests: 1 });
    const next = (nowMs: number) => {
      const request = zipped.take(nowMs)!;
      request.release();
      return request.gzip!;
    };

    const first = next(START);

    expect(records(gunzipSync(first))[0]!.timeUnixNano).toBe(`${START}000000`);
    expect(next(START + 9_999)).toBe(first);
    expect(records(gunzipSync(next(START + 10_000)))[0]!.timeUnixNano).toBe(`${START + 10_000}000000`);
  });
});
