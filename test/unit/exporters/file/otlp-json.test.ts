import { describe, expect, it } from "vitest";
import { otlpJsonLine } from "../../../../src/exporters/file/otlp-json.ts";
import { encodeLogsRequest } from "../../../kit/otlp/otlp-message.ts";
import { buildRequest } from "../../../kit/otlp/record-builder.ts";

describe("otlpJsonLine", () => {
  it("writes every field under its JSON name, in OTLP's encoding", () => {
    const request = buildRequest([
      {
        resource: { "service.name": "checkout" },
        resourceSchemaUrl: "https://schema.test/resource",
        scope: { name: "lib", version: "1.2", attributes: { a: true } },
        scopeSchemaUrl: "https://schema.test/scope",
        records: [
          {
            body: "naïve\n“line”",
            severityNumber: 17,
            severityText: "ERROR",
            time: 1_767_225_600_123_456_789n,
            observedTime: 2n ** 64n - 1n,
            traceId: "0102030405060708090a0b0c0d0e0fff",
            spanId: "01020304050607ff",
            flags: 0x8000_0001,
            droppedAttributesCount: 3,
            eventName: "device.boot",
            attributes: {
              int: -(2n ** 63n),
              whole: 5,
              ratio: 0.5,
              none: null,
              bytes: Uint8Array.of(255, 0),
              list: ["x", 1],
            },
          },
          { body: { list: { inner: { double: Number.NaN } } } },
        ],
      },
    ]);

    expect(JSON.parse(otlpJsonLine(request))).toEqual({
      resourceLogs: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "checkout" } }] },
          schemaUrl: "https://schema.test/resource",
          scopeLogs: [
            {
              scope: { name: "lib", version: "1.2", attributes: [{ key: "a", value: { boolValue: true } }] },
              schemaUrl: "https://schema.test/scope",
              logRecords: [
                {
                  body: { stringValue: "naïve\n“line”" },
                  severityNumber: 17,
                  severityText: "ERROR",
                  timeUnixNano: "1767225600123456789",
                  observedTimeUnixNano: "18446744073709551615",
                  traceId: "0102030405060708090a0b0c0d0e0fff",
                  spanId: "01020304050607ff",
                  flags: 0x8000_0001,
                  droppedAttributesCount: 3,
                  eventName: "device.boot",
                  attributes: [
                    { key: "int", value: { intValue: "-9223372036854775808" } },
                    { key: "whole", value: { intValue: "5" } },
                    { key: "ratio", value: { doubleValue: 0.5 } },
                    { key: "none", value: {} },
                    { key: "bytes", value: { bytesValue: "/wA=" } },
                    { key: "list", value: { arrayValue: { values: [{ stringValue: "x" }, { intValue: "1" }] } } },
                  ],
                },
                { body: { kvlistValue: { values: [{ key: "inner", value: { doubleValue: "NaN" } }] } } },
              ],
            },
          ],
        },
      ],
    });
  });

  it("keeps the sign of zero, and of a severity", () => {
    const line = otlpJsonLine(
      encodeLogsRequest({
        resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: -1, body: { doubleValue: -0 } }] }] }],
      }),
    );

    expect(line).toBe(
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":-1,"body":{"doubleValue":-0}}]}]}]}',
    );
  });

  it("is one line, and {} for an empty request", () => {
    expect(otlpJsonLine(buildRequest([{ records: [{ body: "a\nb" }] }]))).not.toContain("\n");
    expect(otlpJsonLine(new Uint8Array(0))).toBe("{}");
  });

  it("skips fields it has no name for, and lets the last member of a oneof win", () => {
    // resource_logs { scope_logs { log_records { body { string "a", int 1 }, field 15: "x" } } }
    const record = [0x2a, 0x05, 0x0a, 0x01, 0x61, 0x18, 0x01, 0x7a, 0x01, 0x78];
    const scopeLogs = [0x12, record.length, ...record];
    const resourceLogs = [0x12, scopeLogs.length, ...scopeLogs];
    const request = Uint8Array.of(0x0a, resourceLogs.length, ...resourceLogs);

    expect(JSON.parse(otlpJsonLine(request))).toEqual({
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { intValue: "1" } }] }] }],
    });
  });
});
