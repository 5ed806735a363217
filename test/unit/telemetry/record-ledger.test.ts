import { describe, expect, it } from "vitest";
import { RecordLedger } from "../../../src/telemetry/record-ledger.ts";

describe("RecordLedger", () => {
  it("starts balanced and empty", () => {
    expect(new RecordLedger().snapshot()).toEqual({
      received: 0,
      recovered: 0,
      generated: 0,
      forwarded: 0,
      sampledOut: 0,
      rejected: 0,
      dropped: 0,
      held: 0,
      queued: 0,
      error: 0,
    });
  });

  it("balances when every record went somewhere", () => {
    const ledger = new RecordLedger();

    ledger.received("grpc", 100);
    ledger.received("http", 20);
    ledger.recovered(5);
    ledger.generated(2);
    ledger.rejected("malformed", 3);
    ledger.dropped("sampled_out", 9, 60);
    ledger.dropped("muted", 5, 4);
    ledger.held(10);
    ledger.queued(50);
    ledger.queued(-41);
    ledger.forwarded("novel", 40);
    ledger.dropped("too_large", 17, 1);

    expect(ledger.snapshot()).toEqual({
      received: 120,
      recovered: 5,
      generated: 2,
      forwarded: 40,
      sampledOut: 64,
      rejected: 3,
      dropped: 1,
      held: 10,
      queued: 9,
      error: 0,
    });
  });

  it("shows how many records are missing, and on which side", () => {
    const ledger = new RecordLedger();

    ledger.received("http", 10);
    ledger.queued(7);
    expect(ledger.snapshot().error).toBe(3);

    ledger.forwarded("sampled", 5);
    expect(ledger.snapshot().error).toBe(-2);
  });

  it("counts a decision to keep without moving the balance", () => {
    const ledger = new RecordLedger();

    ledger.kept("error", 9);

    expect(ledger.keptBy[2]).toBe(9);
    expect(ledger.snapshot().error).toBe(0);
  });

  it("files drops under the class of their severity number, unknown as fatal", () => {
    const ledger = new RecordLedger();

    ledger.dropped("queue_full", 17, 1);
    ledger.dropped("queue_full", 20, 1);
    ledger.dropped("queue_full", 25, 1);
    ledger.dropped("queue_full", 0, 1);

    // Row of queue_full: unspecified, trace, debug, info, warn, error, fatal.
    expect([...ledger.droppedBy.slice(14, 21)]).toEqual([1, 0, 0, 0, 0, 2, 1]);
  });
});
