import { describe, expect, it } from "vitest";
import { DebugDestination } from "../../../../src/exporters/debug/debug-destination.ts";
import { KEEP_REASONS } from "../../../../src/model/decision.ts";
import { SilentLogger } from "../../../kit/silent-logger.ts";

describe("DebugDestination", () => {
  it("logs one line a batch: counts and reasons, nothing of the records", async () => {
    const logger = new SilentLogger();
    const counts = new Uint32Array(KEEP_REASONS.length);
    counts[KEEP_REASONS.indexOf("novel")] = 2;
    counts[KEEP_REASONS.indexOf("sampled")] = 3;
    const request = { bytes: Buffer.from("a secret body"), recordCount: 5, countReasons: () => counts };
    const outcome = await new DebugDestination(logger).send(request);

    expect(outcome).toEqual({ kind: "accepted", code: "OK", rejectedRecords: 0 });
    expect(logger.lines).toEqual([
      {
        level: "info",
        fields: { records: 5, bytes: 13, reasons: { novel: 2, sampled: 3 } },
        message: "exported a batch",
      },
    ]);
  });
});
