import { describe, expect, it } from "vitest";
import {
  CircuitBreaker,
  HOLD_PROBE_MS,
  MAX_REFUSED_DROPS_IN_A_ROW,
} from "../../../../src/exporters/sending/circuit-breaker.ts";

const closedBreaker = (): CircuitBreaker => new CircuitBreaker(4, () => 0.5);

describe("CircuitBreaker", () => {
  it("does not pause for the first failure after a success, but for the second", () => {
    const breaker = closedBreaker();
    breaker.accepted(0, 1);
    breaker.failed(0, undefined, "answered 503");
    expect([breaker.mode, breaker.limit(0)]).toEqual(["retrying", 1]);
    breaker.failed(0, undefined, "answered 503");

    expect([breaker.mode, breaker.limit(0), breaker.waitMs(0)]).toEqual(["retrying", 0, 100 + 0.5 * 1900]);
  });

  it("lets one probe through after a pause, and the rest after its success", () => {
    const breaker = closedBreaker();
    for (let success = 0; success < 20; success++) breaker.accepted(0, 4);
    const before = breaker.limit(0);
    breaker.failed(0, 60_000, "answered 429");
    expect([breaker.limit(59_999), breaker.limit(70_000)]).toEqual([0, 1]);
    breaker.accepted(70_000, 1);

    expect(before).toBe(4);
    expect(breaker.limit(70_000)).toBe(2);
    expect(breaker.message).toBe("");
  });

  it("keeps a pause that was asked for through the successes of requests already under way", () => {
    const breaker = closedBreaker();
    breaker.failed(0, 60_000, "answered 429");
    breaker.accepted(1, 2);

    expect([breaker.mode, breaker.limit(1)]).toEqual(["holding", 0]);
  });

  it("never lets a shorter pause replace a longer one", () => {
    const breaker = closedBreaker();
    breaker.failed(0, 900_000, "answered 429");
    breaker.failed(0, undefined, "answered 503");
    breaker.refuse(0, "answered 401");

    expect(breaker.waitMs(0)).toBeCloseTo(990_000, 3);
    expect(breaker.message).toMatch(/429 and asked to wait/);
  });

  it("reopens for a new credential, and only from a refusal", () => {
    const refused = closedBreaker();
    refused.refuse(0, "answered 401");
    expect(refused.waitMs(0)).toBe(HOLD_PROBE_MS);
    refused.reopen(10);
    const asked = closedBreaker();
    asked.failed(0, 60_000, "answered 429");
    asked.reopen(10);

    expect([refused.limit(10), asked.limit(10)]).toEqual([1, 0]);
  });

  it("hurries through its own pauses, not through the one it was asked for", () => {
    const refused = closedBreaker();
    refused.refuse(0, "answered 401");
    refused.hurry(10);
    const asked = closedBreaker();
    asked.failed(0, 60_000, "answered 429");
    asked.hurry(10);

    expect([refused.limit(10), asked.limit(10)]).toEqual([1, 0]);
  });

  it("lets refused records be dropped only after a success, and not without limit", () => {
    const breaker = closedBreaker();
    expect(breaker.mayDropRefused()).toBe(false);
    breaker.accepted(0, 1);
    breaker.droppedRefused(MAX_REFUSED_DROPS_IN_A_ROW - 1);
    expect(breaker.mayDropRefused()).toBe(true);
    breaker.droppedRefused(1);
    expect(breaker.mayDropRefused()).toBe(false);
    breaker.accepted(0, 1);

    expect(breaker.mayDropRefused()).toBe(true);
  });
});
