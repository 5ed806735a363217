import { describe, expect, it } from "vitest";
import { requestFromJson } from "../../../../../tools/standin/decode/decode-json.ts";
import type { LogRecord } from "../../../../../tools/standin/decode/otlp-request.ts";

function record(json: unknown): LogRecord {
  return requestFromJson({ resourceLogs: [{ scopeLogs: [{ logRecords: [json] }] }] }).resourceLogs[0]!.scopeLogs[0]!
    .logRecords[0]!;
}

describe("requestFromJson", () => {
  it("ignores unknown and snake_case keys", () => {
    expect(record({ severity_number: 17, other: {}, severityText: "INFO" })).toMatchObject({
      severityNumber: 0,
      severityText: "INFO",
    });
  });

  it("reads an empty value or body as absent, at any depth, but an empty array item as a value", () => {
    const { body, attributes } = record({
      body: {},
      attributes: [
        { key: "a", value: {} },
        { key: "b" },
        { key: "c", value: { kvlistValue: { values: [{ key: "d", value: {} }] } } },
        { key: "e", value: { arrayValue: { values: [{}] } } },
      ],
    });

    expect(body).toBeUndefined();
    expect(attributes).toEqual([
      { key: "a", value: undefined },
      { key: "b", value: undefined },
      { key: "c", value: { kind: "kvlist", values: [{ key: "d", value: undefined }] } },
      { key: "e", value: { kind: "array", values: [{ kind: "empty" }] } },
    ]);
  });

  it("takes 64-bit integers as text or number and ids in either case of hex, of any length", () => {
    expect(record({ timeUnixNano: "18446744073709551615", traceId: "0xABcd", body: { intValue: "-7" } })).toMatchObject(
      {
        timeUnixNano: 2n ** 64n - 1n,
        traceId: Buffer.from("abcd", "hex"),
        body: { kind: "int", value: -7n },
      },
    );
    expect(record({ timeUnixNano: 5, body: { intValue: 7 } })).toMatchObject({
      timeUnixNano: 5n,
      body: { kind: "int", value: 7n },
    });
  });

  it.each([
    ["a severity's name", { severityNumber: "SEVERITY_NUMBER_INFO" }],
    ["null for a number", { timeUnixNano: null }],
    ["null for a text", { severityText: null }],
    ["a time out of range", { timeUnixNano: "18446744073709551616" }],
    ["a time with blanks", { timeUnixNano: " 5" }],
    ["odd hex", { spanId: "abc" }],
    ["base64 without padding", { body: { bytesValue: "aGk" } }],
    ["a double as text", { body: { doubleValue: "NaN" } }],
    ["a value of no known kind", { body: { text: "x" } }],
    ["an array without values", { body: { arrayValue: {} } }],
    ["an attribute without key", { attributes: [{ value: { stringValue: "x" } }] }],
    ["an array for a record", []],
  ])("fails the request for %s", (_name, json) => {
    expect(() => record(json)).toThrow(expect.objectContaining({ name: "DecodeError" }));
  });

  it("needs resourceLogs, and nothing inside it", () => {
    expect(() => requestFromJson({})).toThrow("missing field `resourceLogs`");
    expect(requestFromJson({ resourceLogs: [{}] }).resourceLogs).toEqual([{ resource: undefined, scopeLogs: [] }]);
  });
});
