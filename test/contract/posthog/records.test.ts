/** What arrives of a record: times, ids and attribute types, after the repairs this destination needs. */
import { describe, expect, it } from "vitest";
import { PosthogRig } from "../../kit/product/posthog-rig.ts";

const HOUR = 3_600_000;

describe("timestamps", () => {
  it("that are absent become the observed time, else the time of receipt", async () => {
    const rig = await PosthogRig.start();
    const observed = rig.env.wallMs - HOUR;
    rig.put([{ body: "observed", observedTime: observed }, { body: "neither" }]);
    const received = rig.env.wallMs;
    await rig.pass(30_000);

    expect(rig.standin.rows().map((row) => [row.body, row.timestamp / 1000])).toEqual([
      ["observed", observed],
      ["neither", received],
    ]);
    expect(rig.standin.stats().timestampsOverridden).toBe(0);
  });

  it("beyond a signed 64-bit integer never reach the edge", async () => {
    const rig = await PosthogRig.start();
    rig.put([
      { body: "far", time: 2n ** 64n - 1n },
      { body: "near", time: rig.env.wallMs },
    ]);
    await rig.pass(1000);

    expect(rig.stored).toEqual(["far", "near"]);
    expect(rig.telemetry.total("exportRequest", "posthog", "400")).toBe(0);
    expect(rig.telemetry.total("recordsRepaired", "timestamp")).toBeGreaterThan(0);
  });
});

describe("ids", () => {
  it("arrive as they are", async () => {
    const rig = await PosthogRig.start();
    rig.put([{ body: "traced", traceId: "0102030405060708090a0b0c0d0e0f10", spanId: "0102030405060708" }]);
    rig.put([{ body: "untraced" }]);
    await rig.pass(1000);
    const rows = rig.standin.rows();

    expect(rows.map((row) => row.trace_id)).toEqual(["AQIDBAUGBwgJCgsMDQ4PEA==", "AAAAAAAAAAAAAAAAAAAAAA=="]);
    expect(rows.map((row) => row.span_id)).toEqual(["AQIDBAUGBwg=", "AAAAAAAAAAA="]);
  });
});

describe("attributes", () => {
  it("keep their types", async () => {
    const rig = await PosthogRig.start();
    rig.put(
      [
        {
          body: "typed",
          time: rig.env.wallMs,
          attributes: { text: "x", whole: 42, ratio: 0.5, yes: true, list: ["a", 1], map: { list: { k: "v" } } },
        },
      ],
      { resource: { "service.name": "checkout", "k8s.pod.name": "checkout-1" } },
    );
    await rig.pass(1000);
    const [row] = rig.standin.rows();

    expect(row?.attributes).toEqual({
      text: '"x"',
      whole: "42",
      ratio: "0.5",
      yes: "true",
      list: '["a",1]',
      map: '{"k":"v"}',
    });
    expect(row?.service_name).toBe("checkout");
    expect(row?.resource_attributes["k8s.pod.name"]).toBe('"checkout-1"');
  });
});

describe("requests", () => {
  it("carry each resource once, however many batches it came in", async () => {
    const rig = await PosthogRig.start();
    const resource = { "service.name": "checkout", "long.attribute": "x".repeat(1000) };
    for (let batch = 0; batch < 20; batch++) rig.put([{ body: `line ${batch}`, time: rig.env.wallMs }], { resource });
    await rig.pass(1000);

    expect(rig.stored.length).toBe(20);
    expect(rig.standin.stats().bytes.decoded).toBeLessThan(3000);
    expect(rig.exporter.state.regroupRatio).toBeLessThan(0.2);
  });
});
