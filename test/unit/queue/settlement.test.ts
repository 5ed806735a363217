import { describe, expect, it } from "vitest";
import { accountSettled, Settlement } from "../../../src/queue/settlement.ts";
import { RecordLedger } from "../../../src/telemetry/record-ledger.ts";
import { queueEntry } from "../../kit/queue-entries.ts";

describe("Settlement", () => {
  it("is complete with the last reader's word, and hears each reader once", () => {
    const settlement = new Settlement(0b11);

    expect(settlement.settle(0b01, undefined)).toBe(false);
    expect(settlement.settle(0b01, undefined)).toBe(false);
    expect(settlement.settle(0b10, undefined)).toBe(true);
    expect(settlement.settle(0b10, undefined)).toBe(false);
  });

  it("loses a record only when every reader lost it, for the reason given last", () => {
    const settlement = new Settlement(0b111);
    settlement.settle(
      0b001,
      new Map([
        [0, "poison"],
        [1, "poison"],
      ]),
    );
    settlement.settle(
      0b010,
      new Map([
        [1, "too_large"],
        [2, "too_large"],
      ]),
    );
    settlement.settle(0b100, new Map([[1, "too_large"]]));

    expect([...settlement.losses]).toEqual([[1, "too_large"]]);
  });

  it("loses nothing when one reader delivered everything", () => {
    const settlement = new Settlement(0b11);
    settlement.settle(0b01, undefined);
    settlement.settle(0b10, new Map([[0, "poison"]]));

    expect(settlement.losses.size).toBe(0);
  });

  it("abandons what no reader delivered, and only that", () => {
    const untouched = new Settlement(0b11);
    untouched.abandon(2);
    const half = new Settlement(0b11);
    half.settle(0b01, new Map([[1, "poison"]]));
    half.abandon(2);
    const done = new Settlement(0b1);
    done.settle(0b1, undefined);
    done.abandon(2);

    expect([...untouched.losses]).toEqual([
      [0, "shutdown_abandoned"],
      [1, "shutdown_abandoned"],
    ]);
    expect([...half.losses]).toEqual([[1, "shutdown_abandoned"]]);
    expect(done.losses.size).toBe(0);
  });
});

describe("accountSettled", () => {
  it("moves every record out of queued: by keep reason, or by drop reason and severity", () => {
    const ledger = new RecordLedger();
    const entry = queueEntry({ records: 4, reason: "novel", severity: 17 });
    ledger.generated(4);
    ledger.queued(4);
    accountSettled(
      ledger,
      entry,
      new Map([
        [1, "poison"],
        [3, "too_large"],
      ]),
    );

    expect(ledger.snapshot()).toMatchObject({ forwarded: 2, dropped: 2, queued: 0, error: 0 });
  });
});
