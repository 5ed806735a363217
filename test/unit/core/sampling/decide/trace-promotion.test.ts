import { describe, expect, it } from "vitest";
import { createHashKey } from "../../../../../src/core/math/keyed-hash.ts";
import { TracePromotion } from "../../../../../src/core/sampling/decide/trace-promotion.ts";
import type { RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { reasonsOf, seasonedRig, times } from "../../../../kit/sampling/sampling-rig.ts";

const key = createHashKey(new Uint8Array(16).fill(3));

function id(trace: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(3, trace);
  return bytes;
}

describe("the set of promoted traces", () => {
  it("holds a trace for a minute after its last trigger", () => {
    const promotion = new TracePromotion(key);
    expect(promotion.isPromoted(id(1), 0, 0)).toBe(false);
    promotion.promote(id(1), 0, 1000);
    expect(promotion.isPromoted(id(1), 0, 60_999)).toBe(true);
    expect(promotion.isPromoted(id(1), 0, 61_000)).toBe(false);
    promotion.promote(id(1), 0, 50_000);
    expect(promotion.isPromoted(id(1), 0, 100_000)).toBe(true);
    expect(promotion.isPromoted(id(2), 0, 100_000)).toBe(false);
  });

  it("holds thousands of traces and confuses none", () => {
    const promotion = new TracePromotion(key);
    for (let trace = 0; trace < 4000; trace++) promotion.promote(id(trace), 0, trace);
    let held = 0;
    for (let trace = 0; trace < 4000; trace++) held += promotion.isPromoted(id(trace), 0, 4000) ? 1 : 0;
    expect(held).toBeGreaterThan(3900);
    for (let trace = 4000; trace < 104_000; trace++) expect(promotion.isPromoted(id(trace), 0, 4000)).toBe(false);
  });

  it("has constant size and drops the oldest traces in a flood of triggers", () => {
    const promotion = new TracePromotion(key);
    for (let trace = 0; trace < 200_000; trace++) promotion.promote(id(trace), 0, trace / 10);
    let newest = 0;
    let oldest = 0;
    for (let trace = 0; trace < 1000; trace++) {
      newest += promotion.isPromoted(id(199_999 - trace), 0, 20_000) ? 1 : 0;
      oldest += promotion.isPromoted(id(trace), 0, 20_000) ? 1 : 0;
    }
    expect(newest).toBe(1000);
    expect(oldest).toBe(0);
  });
});

describe("a trace with a kept ERROR", () => {
  const severityOf = (pattern: number): number => (pattern === 9 || pattern >= 100 ? 17 : 9);
  const later = (trace: number): RigRecord[] => times(20, { pattern: 1, trace });

  it("keeps its later lines whole for a minute, and no lines of other traces", () => {
    const rig = seasonedRig({ severityOf });
    rig.send([{ pattern: 9, trace: 5 }]);
    expect(reasonsOf(rig.send(later(5)))).toEqual(new Array(20).fill("trace"));
    expect(reasonsOf(rig.send(later(6)))).not.toContain("trace");
    rig.wait(61_000);
    expect(reasonsOf(rig.send(later(5)))).not.toContain("trace");
  });

  it("is promoted also when the ERROR was a first line, pinned or bypassed", () => {
    const first = seasonedRig({ severityOf });
    // More ERRORs than fit the ERROR lane.
    const overflowing = first.send([{ pattern: 100, trace: 5 }, ...times(5000, { pattern: 9 })]);
    expect(reasonsOf(overflowing)[0]).toBe("novel");
    expect(reasonsOf(first.send(later(5)))).toContain("trace");

    const pinned = seasonedRig({ severityOf, rules: [{ id: "p", kind: "pin", match: { severity_min: "error" } }] });
    pinned.send([{ pattern: 9, trace: 5 }]);
    expect(reasonsOf(pinned.send(later(5)))).toContain("trace");
  });

  it("is not promoted when the ERROR was kept by a draw", () => {
    const rig = seasonedRig({ severityOf });
    rig.run(
      120,
      () => times(500, { pattern: 9 }),
      () => undefined,
    );
    const { decisions } = rig.send(Array.from({ length: 500 }, (_, i) => ({ pattern: 9, trace: 1000 + i })));
    const drawn = Array.from({ length: 500 }, (_, i) => i).filter(
      (i) => decisions.keep[i] === 1 && (decisions.probability[i] ?? 1) < 1,
    );
    expect(drawn.length).toBeGreaterThan(2);
    for (const i of drawn) expect(reasonsOf(rig.send(later(1000 + i)))).not.toContain("trace");
  });

  it("has its lines drawn like others beyond the quota for traces", () => {
    const rig = seasonedRig({ severityOf });
    rig.send([{ pattern: 9, trace: 5 }]);
    const reasons = reasonsOf(rig.send(times(5000, { pattern: 1, trace: 5 })));
    const kept = reasons.filter((reason) => reason === "trace").length;
    expect(kept).toBeGreaterThan(10);
    expect(kept * 274).toBeLessThanOrEqual(16 * 1024);
    expect(reasons).toContain("-sampled");
  });
});
