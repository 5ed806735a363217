import { describe, expect, it } from "vitest";
import {
  encodePartialSuccess,
  encodeStatus,
  partialSuccessToJson,
  statusToJson,
} from "../../../../src/receivers/otlp/google-rpc.ts";
import { ExportLogsServiceResponse, RetryInfo, Status } from "../../../kit/otlp/otlp-schema.ts";

const BadRequest = Status.root.lookupType("google.rpc.BadRequest");

describe("Status", () => {
  it("reads back, with a BadRequest and a RetryInfo", () => {
    const encoded = encodeStatus({ code: 3, message: "wrong – ünïcode", badField: "body", retryAfterMs: 2_345 });
    const decoded = Status.toObject(Status.decode(encoded));
    const [badRequest, retryInfo] = decoded["details"];

    expect([decoded["code"], decoded["message"]]).toEqual([3, "wrong – ünïcode"]);
    expect(BadRequest.toObject(BadRequest.decode(badRequest.value))).toEqual({
      fieldViolations: [{ field: "body", description: "wrong – ünïcode" }],
    });
    expect(RetryInfo.toObject(RetryInfo.decode(retryInfo.value), { longs: Number })).toEqual({
      retryDelay: { seconds: 2, nanos: 345_000_000 },
    });
  });

  it.each([0, 1, 999, 1_000, 86_400_000])("keeps a delay of %i ms", (retryAfterMs) => {
    const [detail] = Status.toObject(Status.decode(encodeStatus({ code: 14, message: "", retryAfterMs })))["details"];
    const { retryDelay } = RetryInfo.toObject(RetryInfo.decode(detail.value), { longs: Number, defaults: true });
    expect(retryDelay.seconds * 1000 + retryDelay.nanos / 1e6).toBe(retryAfterMs);
  });

  it("cuts a message that no one would read", () => {
    const message = "x".repeat(1_000_000);
    expect(encodeStatus({ code: 3, message, badField: "body" }).length).toBeLessThan(3_000);
    expect(statusToJson({ code: 3, message }).length).toBeLessThan(2_000);
  });

  it("in JSON has no details when there are none", () => {
    expect(JSON.parse(statusToJson({ code: 5, message: "no" }))).toEqual({ code: 5, message: "no" });
  });
});

describe("partial success", () => {
  it.each([1, 127, 128, 1_048_576, 2 ** 40])("of %i records reads back in both formats", (rejected) => {
    const decoded = ExportLogsServiceResponse.decode(encodePartialSuccess(rejected, "deep"));
    const expected = { partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: "deep" } };

    expect(ExportLogsServiceResponse.toObject(decoded, { longs: String })).toEqual(expected);
    expect(JSON.parse(partialSuccessToJson(rejected, "deep"))).toEqual(expected);
  });

  it("of none is a warning", () => {
    const decoded = ExportLogsServiceResponse.decode(encodePartialSuccess(0, "clock skew"));
    expect(ExportLogsServiceResponse.toObject(decoded)).toEqual({ partialSuccess: { errorMessage: "clock skew" } });
  });
});
