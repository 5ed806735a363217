import { describe, expect, it } from "vitest";
import {
  rejectedInJson,
  rejectedInProtobuf,
  retryAfterMs,
  retryDelayInStatus,
} from "../../../../../tools/loadgen/requests/partial-success.ts";
import { ExportLogsServiceResponse, RetryInfo, Status } from "../../../../kit/otlp/otlp-schema.ts";

function statusWith(typeUrl: string, retryDelay: { seconds?: number; nanos?: number }): Uint8Array {
  const value = RetryInfo.encode(RetryInfo.fromObject({ retryDelay })).finish();
  return Status.encode(
    Status.fromObject({ code: 14, message: "busy", details: [{ type_url: typeUrl, value }] }),
  ).finish();
}

describe("rejected records", () => {
  it("are read from protobuf and JSON", () => {
    const partialSuccess = { rejectedLogRecords: 7, errorMessage: "too deep" };
    const bytes = ExportLogsServiceResponse.encode(ExportLogsServiceResponse.fromObject({ partialSuccess })).finish();

    expect(rejectedInProtobuf(bytes)).toBe(7);
    expect(rejectedInJson(JSON.stringify({ partialSuccess }))).toBe(7);
    expect(rejectedInJson('{"partialSuccess":{"rejectedLogRecords":"9"}}')).toBe(9);
  });

  it("are none in empty answers and in answers that cannot be read", () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0x0a, 0), Uint8Array.of(0x0a, 99), Buffer.from("{}")]) {
      expect(rejectedInProtobuf(bytes)).toBe(0);
    }
    for (const text of ["", "{}", "null", "[]", '{"partialSuccess":{"rejectedLogRecords":"many"}}']) {
      expect(rejectedInJson(text)).toBe(0);
    }
  });
});

describe("pauses", () => {
  it("come from RetryInfo, rounded up", () => {
    const url = "type.googleapis.com/google.rpc.RetryInfo";

    expect(retryDelayInStatus(statusWith(url, { seconds: 2, nanos: 1 }))).toBe(2_001);
    expect(retryDelayInStatus(statusWith(url, {}))).toBe(0);
    expect(retryDelayInStatus(statusWith("type.googleapis.com/google.rpc.BadRequest", { seconds: 2 }))).toBeUndefined();
    expect(retryDelayInStatus(Uint8Array.of(0x1a, 9))).toBeUndefined();
  });

  it.each([
    ["2", 2_000],
    ["0.5", 500],
    ["-3", 0],
    ["Thu, 01 Jan 2026 00:01:30 GMT", 90_000],
    ["Thu, 01 Jan 2025 00:00:00 GMT", 0],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("come from Retry-After %j", (header, milliseconds) => {
    expect(retryAfterMs(header, Date.UTC(2026, 0, 1))).toBe(milliseconds);
  });
});
