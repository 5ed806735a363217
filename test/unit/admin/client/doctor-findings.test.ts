import { describe, expect, it } from "vitest";
import { findingsOf } from "../../../../src/admin/client/doctor-findings.ts";
import { JsonView } from "../../../../src/admin/client/json-view.ts";

const WELL = {
  uptime_seconds: 3_600,
  mode: "enforce",
  ledger: { received: 1_000, rejected: 0, error: 0 },
  dropped: { sampled_out: 900, muted: 10, queue_full: 0, too_large: 0, poison: 0 },
  budget: {
    bytes_per_second: 1_000,
    states: { storm: false },
    errors_sampled: false,
    over_budget_bytes: { rule: 0, bypass: 0 },
  },
  queue: { bytes: 10, max_bytes: 1_000 },
  exporters: [{ id: "posthog", mode: "sending", message: "", consecutive_failures: 0 }],
  patterns: { created: 100, evicted: 10 },
};

interface Ill {
  readonly because: string;
  readonly stats: Partial<Record<keyof typeof WELL, unknown>>;
  readonly finds: string;
  readonly level: "problem" | "warning";
}

const ILLS: readonly Ill[] = [
  {
    because: "a ledger that does not add up",
    stats: { ledger: { received: 9, error: -2 } },
    finds: "ledger",
    level: "problem",
  },
  { because: "no ledger at all", stats: { ledger: undefined }, finds: "ledger", level: "warning" },
  {
    because: "a refused key",
    stats: { exporters: [{ id: "posthog", mode: "holding" }] },
    finds: "exporter posthog",
    level: "problem",
  },
  {
    because: "a destination that is down",
    stats: { exporters: [{ id: "file", mode: "retrying" }] },
    finds: "exporter file",
    level: "warning",
  },
  {
    because: "records lost for want of space",
    stats: { dropped: { queue_full: 3 } },
    finds: "loss queue_full",
    level: "problem",
  },
  {
    because: "records lost at a shutdown",
    stats: { dropped: { shutdown_abandoned: 1 } },
    finds: "loss shutdown_abandoned",
    level: "problem",
  },
  {
    because: "ERRORs beyond their lane",
    stats: { budget: { ...WELL.budget, errors_sampled: true } },
    finds: "errors sampled",
    level: "problem",
  },
  {
    because: "a pin beyond the budget",
    stats: { budget: { ...WELL.budget, over_budget_bytes: { rule: 5 } } },
    finds: "over budget by rule",
    level: "warning",
  },
  {
    because: "a storm",
    stats: { budget: { ...WELL.budget, states: { storm: true } } },
    finds: "storm",
    level: "warning",
  },
  {
    because: "no budget",
    stats: { budget: { ...WELL.budget, bytes_per_second: null } },
    finds: "no budget",
    level: "warning",
  },
  { because: "a mode that drops nothing", stats: { mode: "observe" }, finds: "observe", level: "warning" },
  {
    because: "a queue more than half full",
    stats: { queue: { bytes: 501, max_bytes: 1_000 } },
    finds: "queue",
    level: "warning",
  },
  { because: "nobody who sends", stats: { ledger: { received: 0, error: 0 } }, finds: "no traffic", level: "warning" },
  {
    because: "malformed records",
    stats: { ledger: { ...WELL.ledger, rejected: 4 } },
    finds: "rejected",
    level: "warning",
  },
  {
    because: "a table too small",
    stats: { patterns: { created: 100, evicted: 11 } },
    finds: "patterns evicted",
    level: "warning",
  },
];

function findings(stats: unknown, components: readonly unknown[] = []): ReturnType<typeof findingsOf> {
  return findingsOf(new JsonView({ components }), new JsonView(stats));
}

describe("doctor finding", () => {
  it("is absent in a healthy instance", () => {
    expect(findings(WELL, [{ id: "queue", state: "ok" }])).toEqual([]);
  });

  it.each(ILLS)("is $because", ({ stats, finds, level }) => {
    const found = findings({ ...WELL, ...stats });
    expect(found.map((finding) => [finding.check, finding.level])).toEqual([[finds, level]]);
    expect(found[0]?.message).not.toBe("");
    expect(found[0]?.advice).not.toBe("");
  });

  it("of observing names the services that are sampled all the same", () => {
    const [finding] = findings({ ...WELL, mode: "observe", mode_exceptions: { web: "enforce", api: "observe" } });

    expect(finding?.message).toBe(
      "the mode is observe: only records of web are sampled, all other services are forwarded whole",
    );
    expect(findings({ ...WELL, mode: "observe" })[0]?.message).toContain(": every record is forwarded");
  });

  it("is every component that is not well, with its own words", () => {
    const found = findings(WELL, [
      { id: "pipeline", state: "degraded", message: "2 scopes have no patterns" },
      { id: "posthog", state: "failing" },
    ]);
    expect(found.map(({ level, check, message }) => [level, check, message])).toEqual([
      ["problem", "component posthog", "the component is failing"],
      ["warning", "component pipeline", "2 scopes have no patterns"],
    ]);
  });

  it("is not a silence in the first minute", () => {
    expect(findings({ ...WELL, uptime_seconds: 30, ledger: { received: 0, error: 0 } })).toEqual([]);
  });
});
