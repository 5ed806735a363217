import { describe, expect, it } from "vitest";
import type { RigLine } from "../../../kit/sampling/replay-rig.ts";
import { replayRig } from "../../../kit/sampling/replay-rig.ts";

/** What a process may release before it has a reserve, and a request's envelope. */
const WITHOUT_RESERVE_BYTES = 4096 + 512;

/** Ten lines a second of one quiet service, 300 KB in eight minutes, with an ERROR after four. */
function quiet(second: number): RigLine[] {
  const lines: RigLine[] = Array.from({ length: 10 }, (_, i) => ({
    body: `order ${second * 10 + i} of basket ${i} accepted`,
  }));
  if (second === 240) lines.push({ body: "payment refused by the bank", severityNumber: 17 });
  return lines;
}

describe("context of a quiet stream", () => {
  it.each([0.1, 0.05, 0.02])("is released within the reserve at keep_ratio %d", async (keepRatio) => {
    const rig = await replayRig([`sampling.budget.keep_ratio=${keepRatio}`]);
    rig.run(480, quiet);
    const { kept, budget, reasons } = rig.finish();

    expect(reasons["context"]).toBeGreaterThan(10);
    expect(kept.bytes).toBeLessThan(1.05 * budget.granted_bytes + WITHOUT_RESERVE_BYTES);
  });
});
