import { describe, expect, it } from "vitest";
import { writeOwnRecords } from "../../../../../src/core/otlp/encode/summary-record.ts";
import { ByteWriter } from "../../../../../src/core/otlp/wire/byte-writer.ts";
import { ExportLogsServiceRequest } from "../../../../kit/otlp/otlp-schema.ts";

function written(records: Parameters<typeof writeOwnRecords>[0]): Record<string, unknown> {
  const out = new ByteWriter(16);
  writeOwnRecords(records, out);
  return ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(out.copy()), { longs: String });
}

const record = {
  service: "checkout",
  eventName: "lipservice.pattern.summary",
  timeMs: 1_763_700_000_123,
  observedMs: 1_763_700_060_000,
  body: "pattern summary",
  attributes: [],
};

describe("own records", () => {
  it("carry typed attributes, TRACE, the scope lipservice and weight 0", () => {
    const attributes = [
      ["pattern", { type: "string", value: "1AbCdEfGhIjK" }],
      ["count", { type: "int", value: 9_007_199_254_740_991 }],
      ["delta", { type: "int", value: -42 }],
      ["weight_sum", { type: "double", value: 12.5 }],
      ["ongoing", { type: "bool", value: true }],
    ] as const;
    expect(written([{ ...record, attributes }])).toEqual({
      resourceLogs: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "checkout" } }] },
          scopeLogs: [
            {
              scope: { name: "lipservice" },
              logRecords: [
                {
                  timeUnixNano: "1763700000123000000",
                  observedTimeUnixNano: "1763700060000000000",
                  severityNumber: 1,
                  severityText: "TRACE",
                  eventName: "lipservice.pattern.summary",
                  body: { stringValue: "pattern summary" },
                  attributes: [
                    { key: "pattern", value: { stringValue: "1AbCdEfGhIjK" } },
                    { key: "count", value: { intValue: "9007199254740991" } },
                    { key: "delta", value: { intValue: "-42" } },
                    { key: "weight_sum", value: { doubleValue: 12.5 } },
                    { key: "ongoing", value: { boolValue: true } },
                    { key: "lipservice.weight", value: { doubleValue: 0 } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it("share a resource with neighbours of the same service and keep their order", () => {
    const services = ["a", "a", "b", "a"];
    const request = written(services.map((service, index) => ({ ...record, service, body: `${index}` })));
    const groups = request["resourceLogs"] as { scopeLogs: { logRecords: { body: { stringValue: string } }[] }[] }[];
    expect(groups.map((group) => group.scopeLogs[0]?.logRecords.map(({ body }) => body.stringValue))).toEqual([
      ["0", "1"],
      ["2"],
      ["3"],
    ]);
  });

  it("write nothing for no records", () => {
    expect(written([])).toEqual({});
  });

  it("have lengths that are right whatever the size of the text", () => {
    for (const size of [0, 100, 127, 128, 16_383, 16_384, 70_000]) {
      const request = written([{ ...record, body: "x".repeat(size) }]);
      expect(JSON.stringify(request)).toContain(`"stringValue":"${"x".repeat(size)}"`);
    }
  });
});
