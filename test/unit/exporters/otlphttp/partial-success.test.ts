import { describe, expect, it } from "vitest";
import { rejectedLogRecords } from "../../../../src/exporters/otlphttp/partial-success.ts";

const PROTOBUF = "application/x-protobuf";
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

describe("rejectedLogRecords", () => {
  it("reads the count from a protobuf answer, whatever else is in it", () => {
    // ExportLogsServiceResponse { partial_success { rejected_log_records: 300, error_message: "no" } }
    const answer = Uint8Array.of(0x0a, 0x07, 0x08, 0xac, 0x02, 0x12, 0x02, 0x6e, 0x6f);

    expect(rejectedLogRecords(answer, PROTOBUF)).toBe(300);
    expect(rejectedLogRecords(Uint8Array.of(0x12, 0x01, 0x41, ...answer), PROTOBUF)).toBe(300);
  });

  it("reads the count from a JSON answer, number or string", () => {
    for (const count of [7, "7"]) {
      expect(
        rejectedLogRecords(json({ partialSuccess: { rejectedLogRecords: count } }), "application/json; charset=utf-8"),
      ).toBe(7);
    }
  });

  it("finds none in an empty, odd, damaged or cut-off answer", () => {
    expect(rejectedLogRecords(new Uint8Array(0), PROTOBUF)).toBe(0);
    expect(rejectedLogRecords(Uint8Array.of(0x0a, 0x7f), PROTOBUF)).toBe(0);
    expect(rejectedLogRecords(Uint8Array.of(0x0a, 0x0b, 0x08, ...new Array<number>(9).fill(0xff), 1), PROTOBUF)).toBe(
      0,
    );
    expect(rejectedLogRecords(json({}), PROTOBUF)).toBe(0);
    for (const odd of [null, 1, { partialSuccess: null }, { partialSuccess: { rejectedLogRecords: -1 } }]) {
      expect(rejectedLogRecords(json(odd), "application/json")).toBe(0);
    }
    expect(rejectedLogRecords(Buffer.from("<html>"), "application/json")).toBe(0);
    expect(rejectedLogRecords(Buffer.from("{}"), undefined)).toBe(0);
  });
});
