import { describe, expect, it } from "vitest";
import { NodeEnvironment } from "../../../src/runtime/node-environment.ts";

describe("NodeEnvironment", () => {
  it("reads two clocks: one that only grows, one that labels", () => {
    const environment = new NodeEnvironment();

    const [first, second] = [environment.now(), environment.now()];

    expect(second.monoMs).toBeGreaterThanOrEqual(first.monoMs);
    expect(Math.abs(first.wallMs - Date.now())).toBeLessThan(60_000);
  });

  it("gives as many bytes as were asked for, and other ones each time", () => {
    const environment = new NodeEnvironment();

    expect(environment.randomBytes(16)).toHaveLength(16);
    expect(environment.randomBytes(16)).not.toEqual(environment.randomBytes(16));
  });

  it("jitters inside [0, 1)", () => {
    const environment = new NodeEnvironment();

    const draws = Array.from({ length: 1_000 }, () => environment.jitter());

    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(new Set(draws).size).toBeGreaterThan(900);
  });
});
