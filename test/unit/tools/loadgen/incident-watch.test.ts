import { describe, expect, it } from "vitest";
import { demoSummary } from "../../../../tools/loadgen/demo-traffic.ts";
import type { KeptRow } from "../../../../tools/loadgen/incident-watch.ts";
import { IncidentWatch } from "../../../../tools/loadgen/incident-watch.ts";
import { ProtobufEncoder } from "../../../../tools/loadgen/requests/encode-protobuf.ts";
import type { IncidentKind } from "../../../../tools/loadgen/world/traffic.ts";
import { createWorld } from "../../../../tools/loadgen/world/world.ts";
import { LogIntake } from "../../../../tools/standin/ingest/log-intake.ts";
import { resolveStandinSettings, STANDIN_TOKEN } from "../../../../tools/standin/settings.ts";
import type { StoredRow } from "../../../../tools/standin/stored-row.ts";
import { VirtualEnvironment } from "../../../kit/virtual-environment.ts";

const CYCLE_MS = 20_000;

/** A shop over one cycle, straight into the destination's intake; `keep` stands where a sampler would. */
function watched(keep: (row: StoredRow) => boolean): { watch: IncidentWatch; sent: number } {
  const environment = new VirtualEnvironment();
  const world = createWorld("incidents", "watch", { recordsPerSecond: 500, cycleMs: CYCLE_MS });
  const watch = new IncidentWatch(() => world.incidents());
  const settings = resolveStandinSettings({ environment });
  const intake = new LogIntake(settings, environment, (row) => {
    if (keep(row)) watch.observe(row);
  });
  const encoder = new ProtobufEncoder();
  let sent = 0;
  for (let elapsed = 500; elapsed <= CYCLE_MS; elapsed += 500) {
    const now = environment.advance(500);
    for (const batch of world.next(now.wallMs, elapsed)) {
      sent += batch.records.length;
      expect(intake.take(encoder.encode([batch]).bytes, STANDIN_TOKEN).kind).toBe("taken");
    }
  }
  return { watch, sent };
}

function verdict(watch: IncidentWatch, kind: IncidentKind) {
  return watch.verdicts().find(({ incident }) => incident.kind === kind)!;
}

const plainRow: KeptRow = {
  service_name: "cart",
  body: "x",
  event_name: "",
  timestamp: 0,
  trace_id: "AAAAAAAAAAAAAAAAAAAAAA==",
  attributes: {},
};

describe("IncidentWatch", () => {
  it("finds every incident whole when nothing is dropped", () => {
    const { watch, sent } = watched(() => true);

    const verdicts = watch.verdicts();

    expect(verdicts).toHaveLength(6);
    for (const { caught, incident, keptLines, missed } of verdicts) {
      expect([incident.id, caught, missed]).toEqual([incident.id, true, []]);
      expect(keptLines).toBeGreaterThanOrEqual(incident.lines);
    }
    expect(verdict(watch, "failing_trace")).toMatchObject({ keptLines: 3, keptContext: 36 });
    expect(watch.totals()).toEqual({ records: sent, weightSum: sent, context: 0, generated: 0 });
  });

  it("misses an incident whose lines were all dropped, and only that", () => {
    const { watch } = watched((row) => row.service_name !== "inventory");

    expect(verdict(watch, "rare_failure")).toMatchObject({ caught: false, keptLines: 0 });
    expect(watch.verdicts().filter(({ caught }) => !caught)).toHaveLength(1);
  });

  it("wants a line of every new pattern of a deploy", () => {
    const { watch } = watched((row) => !row.body.includes("synonym table shard"));

    expect(verdict(watch, "deploy")).toMatchObject({ caught: false, missed: ["synonym table shard"] });
  });

  it("takes no line of an everyday pattern for a line of its burst, before or after it", () => {
    const { watch } = watched((row) => row.severity_text !== "ERROR" && !row.body.includes("queued for"));
    const { incident } = verdict(watch, "burst");
    const ordinary = { ...plainRow, service_name: "email", body: "message 1 queued for someone" };

    watch.observe({ ...ordinary, timestamp: (incident.firstMs - 1_000) * 1_000 });
    watch.observe({ ...ordinary, timestamp: (incident.lastMs + 1_000) * 1_000 });
    expect(verdict(watch, "burst").caught).toBe(false);

    watch.observe({ ...ordinary, timestamp: incident.firstMs * 1_000 });
    expect(verdict(watch, "burst").caught).toBe(true);
  });

  it("adds up weights: absent is 1, zero is context, and the sidecar's own events count for nobody", () => {
    const watch = new IncidentWatch(() => []);

    watch.observe(plainRow);
    watch.observe({ ...plainRow, attributes: { "lipservice.weight": "8.5" } });
    watch.observe({ ...plainRow, attributes: { "lipservice.weight": "0" } });
    watch.observe({ ...plainRow, event_name: "lipservice.pattern.summary", attributes: { "lipservice.weight": "0" } });

    expect(watch.totals()).toEqual({ records: 3, weightSum: 9.5, context: 1, generated: 1 });
  });
});

describe("demoSummary", () => {
  it("says what was sent, what it cost, what the weights say and which incidents were caught", () => {
    const { watch, sent } = watched((row) => row.service_name !== "inventory");
    const records = { offered: sent, accepted: sent, rejected: 0, refused: 0, abandoned: 0, skipped: 0 };
    const load = {
      seconds: 20,
      records,
      acceptedBytes: 4_000_000,
      requests: 1,
      retries: 0,
      maybeDuplicated: 0,
      attempts: {},
      latencyMs: { p50: 1, p99: 2, max: 3 },
    };

    const verdicts = watch.verdicts();
    const lines = demoSummary({ load, kept: watch.totals(), verdicts, everyIncidentCaught: false }, 1_000_000);

    expect(lines[0]).toBe(`sent       ${sent} records, 4.0 MB`);
    expect(lines[1]).toMatch(
      /^forwarded {2}\d+ records \(\d+\.\d %\), 1\.0 MB billed \(25\.0 %\), 0 of them context, 0 summaries$/,
    );
    expect(lines[2]).toMatch(/^counts {5}the weights say \d+ records: -\d+\.\d\d % of what was sent$/);
    expect(lines[3]).toBe("incidents  6 planted, 5 caught");
    expect(lines).toContainEqual(
      '  MISSED  rare_failure-1 in inventory: 0 of 5 lines kept, nothing kept of "reservation ledger differs from shelf count"',
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ {2}caught {2}failing_trace-1 in checkout: 3 of 3 lines kept, \d+ of 36 lines before it$/,
      ),
    );
  });
});
