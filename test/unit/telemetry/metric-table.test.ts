import { describe, expect, it } from "vitest";
import { METRIC_TABLE } from "../../../src/telemetry/metric-table.ts";

describe("the metric table", () => {
  it("has unique names in Prometheus' style: counters end in _total, gauges do not", () => {
    expect(new Set(METRIC_TABLE.map(({ name }) => name)).size).toBe(METRIC_TABLE.length);
    for (const { name, kind } of METRIC_TABLE) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name.endsWith("_total"), name).toBe(kind === "counter");
    }
  });

  it("explains every metric in one sentence without a period", () => {
    for (const { name, help } of METRIC_TABLE) expect(help, name).toMatch(/^[A-Z0-9].*[^.]$/);
  });

  it("labels with nothing that could carry a record's content", () => {
    const allowed = ["transport", "reason", "severity", "cause", "kind", "service", "outcome", "exporter", "result"];
    const known = new Set([...allowed, "code", "state", "version", "node", "author", "guardrail"]);

    expect(METRIC_TABLE.flatMap(({ labels }) => labels).filter((label) => !known.has(label))).toEqual([]);
  });
});
