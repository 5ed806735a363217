import { describe, expect, it } from "vitest";
import { Gate, HOLD_PROBE_MS, MAX_CONDEMNED_IN_A_ROW } from "../../../../src/exporters/sending/gate.ts";

const openGate = (): Gate => new Gate(4, () => 0.5);

describe("Gate", () => {
  it("does not pause for the first failure after a success, but for the second", () => {
    const gate = openGate();
    gate.accepted(0, 1);
    gate.failed(0, undefined, "answered 503");
    expect([gate.mode, gate.limit(0)]).toEqual(["retrying", 1]);
    gate.failed(0, undefined, "answered 503");

    expect([gate.mode, gate.limit(0), gate.waitMs(0)]).toEqual(["retrying", 0, 100 + 0.5 * 1900]);
  });

  it("lets one probe through after a pause, and the rest after its success", () => {
    const gate = openGate();
    for (let success = 0; success < 20; success++) gate.accepted(0, 4);
    const before = gate.limit(0);
    gate.failed(0, 60_000, "answered 429");
    expect([gate.limit(59_999), gate.limit(70_000)]).toEqual([0, 1]);
    gate.accepted(70_000, 1);

    expect(before).toBe(4);
    expect(gate.limit(70_000)).toBe(2);
    expect(gate.message).toBe("");
  });

  it("keeps a pause that was asked for through the successes of requests already under way", () => {
    const gate = openGate();
    gate.failed(0, 60_000, "answered 429");
    gate.accepted(1, 2);

    expect([gate.mode, gate.limit(1)]).toEqual(["holding", 0]);
  });

  it("never lets a shorter pause replace a longer one", () => {
    const gate = openGate();
    gate.failed(0, 900_000, "answered 429");
    gate.failed(0, undefined, "answered 503");
    gate.refuse(0, "answered 401");

    expect(gate.waitMs(0)).toBeCloseTo(990_000, 3);
    expect(gate.message).toMatch(/429 and asked us to wait/);
  });

  it("reopens for a new credential, and only from a refusal", () => {
    const refused = openGate();
    refused.refuse(0, "answered 401");
    expect(refused.waitMs(0)).toBe(HOLD_PROBE_MS);
    refused.reopen(10);
    const asked = openGate();
    asked.failed(0, 60_000, "answered 429");
    asked.reopen(10);

    expect([refused.limit(10), asked.limit(10)]).toEqual([1, 0]);
  });

  it("hurries through its own pauses, not through the one it was asked for", () => {
    const refused = openGate();
    refused.refuse(0, "answered 401");
    refused.hurry(10);
    const asked = openGate();
    asked.failed(0, 60_000, "answered 429");
    asked.hurry(10);

    expect([refused.limit(10), asked.limit(10)]).toEqual([1, 0]);
  });

  it("condemns only after a success, and not without end", () => {
    const gate = openGate();
    expect(gate.mayCondemn()).toBe(false);
    gate.accepted(0, 1);
    gate.condemned(MAX_CONDEMNED_IN_A_ROW - 1);
    expect(gate.mayCondemn()).toBe(true);
    gate.condemned(1);
    expect(gate.mayCondemn()).toBe(false);
    gate.accepted(0, 1);

    expect(gate.mayCondemn()).toBe(true);
  });
});
