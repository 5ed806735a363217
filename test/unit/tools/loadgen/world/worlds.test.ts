import { describe, expect, it } from "vitest";
import { ProtobufEncoder } from "../../../../../tools/loadgen/requests/encode-protobuf.ts";
import type { TrafficBatch, TrafficRecord, World } from "../../../../../tools/loadgen/world/traffic.ts";
import { createWorld } from "../../../../../tools/loadgen/world/world.ts";

const START = Date.UTC(2026, 0, 1);

/** Everything a world says until `untilMs`, asked every `stepMs`. */
function listen(world: World, untilMs: number, stepMs: number): TrafficBatch[] {
  const batches: TrafficBatch[] = [];
  for (let elapsed = stepMs; elapsed <= untilMs; elapsed += stepMs)
    batches.push(...world.next(START + elapsed, elapsed));
  return batches;
}

/** Lines in an order that does not depend on how they were batched. */
function lines(batches: readonly TrafficBatch[]): string[] {
  return batches
    .flatMap(({ resource, records }) =>
      records.map((record) => `${record.timeMs} ${JSON.stringify(resource.attributes)} ${JSON.stringify(record)}`),
    )
    .sort();
}

function records(batches: readonly TrafficBatch[], service?: string): TrafficRecord[] {
  return batches
    .filter((batch) => service === undefined || batch.resource.service === service)
    .flatMap((batch) => [...batch.records]);
}

describe.each(["simple", "incidents"] as const)("the %s world", (kind) => {
  it("says the same for the same seed, however often it is asked, and something else for another", () => {
    const often = lines(listen(createWorld(kind, "a"), 3_000, 100));
    const seldom = lines(listen(createWorld(kind, "a"), 3_000, 1_500));

    expect(often.length).toBeGreaterThan(3_000);
    expect(seldom).toEqual(often);
    expect(lines(listen(createWorld(kind, "b"), 3_000, 100))).not.toEqual(often);
  });

  it("keeps batches within their bound and records of one resource together", () => {
    const batches = listen(createWorld(kind, "a", { maxBatchRecords: 20 }), 2_000, 1_000);

    expect(Math.max(...batches.map((batch) => batch.records.length))).toBe(20);
    expect(Math.min(...batches.map((batch) => batch.records.length))).toBeGreaterThan(0);
  });

  it("stamps records with times up to now, never before what was asked for", () => {
    const times = records(listen(createWorld(kind, "a"), 2_000, 500)).map((record) => record.timeMs);

    expect(Math.min(...times)).toBeGreaterThanOrEqual(START);
    expect(Math.max(...times)).toBeLessThanOrEqual(START + 2_000);
    expect(times.every(Number.isInteger)).toBe(true);
  });

  it("catches up with a minute at most after a long silence", () => {
    const world = createWorld(kind, "a", { recordsPerSecond: 10 });

    const late = records(world.next(START, 3_600_000));

    expect(late.length).toBeLessThan(1_500);
    expect(Math.min(...late.map((record) => record.timeMs))).toBeGreaterThanOrEqual(START - 60_100);
    expect(world.next(START, 3_600_000)).toEqual([]);
  });
});

describe("the simple world", () => {
  it("has records of about 280 bytes with five attributes and bodies of their own", () => {
    const batches = listen(createWorld("simple", "a"), 4_000, 1_000);
    const all = records(batches);
    const bytes = new ProtobufEncoder().encode(batches).bytes.length;

    expect(bytes / all.length).toBeGreaterThan(240);
    expect(bytes / all.length).toBeLessThan(310);
    expect(new Set(all.map((record) => record.attributes.length))).toEqual(new Set([5]));
    expect(new Set(all.map((record) => record.body)).size).toBe(all.length);
    expect(createWorld("simple", "a").incidents()).toEqual([]);
  });
});

describe("the incidents world", () => {
  const world = createWorld("incidents", "shop", { recordsPerSecond: 800, cycleMs: 60_000 });
  const batches = listen(world, 120_000, 500);
  const incidents = world.incidents();
  const all = records(batches);

  it("plants each incident once a cycle", () => {
    expect(incidents.map((incident) => incident.id).sort()).toEqual(
      ["burst", "deploy", "error_storm", "failing_trace", "rare_failure", "slow_burn"]
        .flatMap((kind) => [`${kind}-1`, `${kind}-2`])
        .sort(),
    );
  });

  it("knows exactly the lines that a reader would find by words, service and time", () => {
    for (const incident of incidents) {
      const found = records(batches, incident.service).filter(
        ({ body, timeMs }) =>
          incident.markers.some((marker) => body.includes(marker)) &&
          timeMs >= incident.firstMs &&
          timeMs <= incident.lastMs,
      );
      // The burst's pattern is an ordinary one: some of its lines are everyday's.
      if (incident.kind === "burst") expect(found.length).toBeGreaterThanOrEqual(incident.lines);
      else expect([incident.id, found.length]).toEqual([incident.id, incident.lines]);
    }
  });

  it("writes no incident's words outside of it, but for the pattern that bursts", () => {
    for (const incident of incidents.filter(({ kind }) => kind !== "burst")) {
      const count = all.filter(({ body }) => incident.markers.some((marker) => body.includes(marker))).length;
      const twin = incidents.filter(({ markers }) => markers.join() === incident.markers.join());
      expect(count).toBe(twin.reduce((sum, { lines }) => sum + lines, 0));
    }
  });

  it("makes the rare failure five lines at INFO, in other words every cycle", () => {
    const [first, second] = incidents.filter(({ kind }) => kind === "rare_failure");
    const failure = all.filter(({ body }) => body.includes(first!.markers[0]!));

    expect(first!.lines).toBe(5);
    expect(failure.map(({ severityText }) => severityText)).toEqual(Array(5).fill("INFO"));
    expect(second!.markers).not.toEqual(first!.markers);
  });

  it("gives the failing traces a dozen ordinary lines each, before the error", () => {
    const [incident] = incidents.filter(({ kind }) => kind === "failing_trace");
    expect(incident).toMatchObject({ lines: 3, contextLines: 36 });

    for (const traceId of incident!.traceIds) {
      const trace = all.filter((record) => record.traceId === traceId).sort((a, b) => a.timeMs - b.timeMs);
      const errors = trace.filter(({ severityText }) => severityText === "ERROR");
      expect([trace.length, errors.length]).toEqual([13, 1]);
      expect(trace.at(-1)!.body).toContain("could not be placed");
    }
  });

  it("bursts to a hundred times the pattern's rate", () => {
    const [incident] = incidents.filter(({ kind }) => kind === "burst");
    const seconds = (incident!.lastMs - incident!.firstMs) / 1000;
    const email = records(batches, "email").filter(({ body }) => body.includes("queued for"));
    const ordinary = email.filter(({ timeMs }) => timeMs < START + 40_000).length / 40;

    expect(incident!.lines / seconds / ordinary).toBeGreaterThan(60);
    expect(incident!.lines / seconds / ordinary).toBeLessThan(180);
  });

  it("swings around its rate and carries traces through several services", () => {
    const calm = all.filter(({ timeMs }) => timeMs < START + 12_000);
    expect(calm.length / 12 / 800).toBeGreaterThan(0.9);
    expect(calm.length / 12 / 800).toBeLessThan(1.35);

    const servicesOf = new Map<string, Set<string>>();
    for (const batch of batches) {
      for (const { traceId } of batch.records) {
        if (traceId !== "") servicesOf.set(traceId, (servicesOf.get(traceId) ?? new Set()).add(batch.resource.service));
      }
    }
    const widths = [...servicesOf.values()].map((services) => services.size);
    expect(Math.max(...widths)).toBe(8);
    expect(widths.filter((width) => width > 1).length / widths.length).toBeGreaterThan(0.9);
  });
});
