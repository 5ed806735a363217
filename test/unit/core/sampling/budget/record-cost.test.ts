import { describe, expect, it } from "vitest";
import type { StampMode } from "../../../../../src/core/otlp/encode/stamps.ts";
import { stampBytesOf } from "../../../../../src/core/sampling/budget/record-cost.ts";
import { batchOf, encodeSurvivors } from "../../../../kit/otlp/survivors.ts";

const source = {
  policyVersion: "0192f0c1e5a7",
  idBytes: () => new TextEncoder().encode("1AbCdEfGhIjK"),
  template: () => "received block <id> of size <num> from <ip> in <num>",
  randomness: () => "00112233445566",
  uid: () => "01J9ZQ4M6T8W2K5V7X3C1B0N9A",
};

/** Bytes of a survivor's stamps. */
function realBytes(mode: StampMode): number {
  const kept = batchOf({ body: "a" });
  const { decisions } = kept;
  decisions.probability[0] = 1 / 3;
  decisions.weight[0] = 3;
  const bytes = (one: StampMode): number => encodeSurvivors(kept, { mode: one, observe: false, source }).bytes.length;
  const weight = 32;
  return bytes(mode) - bytes("none") + weight;
}

describe("what a kept record is planned to cost beyond its content", () => {
  it.each(["none", "minimal", "full"] as const)("is what its stamps of mode %s take, and framing", (mode) => {
    expect(stampBytesOf(mode) / realBytes(mode)).toBeGreaterThan(0.9);
    expect(stampBytesOf(mode) / realBytes(mode)).toBeLessThan(1.15);
  });
});
