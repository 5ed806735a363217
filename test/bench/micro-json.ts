/**
 * The OTLP/JSON transcoder: requests of 512 records of about 600 bytes with five attributes. JSON.parse stands beside it
 * as what this machine can do.
 */
import { ByteWriter } from "../../src/core/otlp/wire/byte-writer.ts";
import { transcodeLogsJson } from "../../src/core/otlp-json/transcode-logs-json.ts";
import type { Measurement } from "./measure.ts";
import { measure } from "./measure.ts";

const RECORDS_PER_REQUEST = 512;

function recordOf(index: number): unknown {
  const time = 1_760_000_000_000_000_000n + BigInt(index) * 1_234_567n;
  const attribute = (key: string, stringValue: string): unknown => ({ key, value: { stringValue } });
  return {
    timeUnixNano: String(time),
    observedTimeUnixNano: String(time + 1_000n),
    severityNumber: 9,
    severityText: "INFO",
    body: { stringValue: `GET /api/v1/orders/${index * 7919} 200 ${index % 300}ms user=${index * 31} cart=none` },
    attributes: [
      attribute("http.request.method", "GET"),
      attribute("url.path", `/api/v1/orders/${index * 7919}`),
      { key: "http.response.status_code", value: { intValue: "200" } },
      attribute("user_agent.original", "curl/8.5.0"),
      { key: "duration.seconds", value: { doubleValue: index / 1000 } },
    ],
    flags: 1,
    traceId: (0x1234_5678_9abcn * BigInt(index + 1)).toString(16).padStart(32, "0"),
    spanId: (0x9abc_def0n * BigInt(index + 1)).toString(16).padStart(16, "0"),
  };
}

function requestOf(records: number): Uint8Array {
  const attributes = [{ key: "service.name", value: { stringValue: "orders" } }];
  const logRecords = Array.from({ length: records }, (_, index) => recordOf(index));
  const request = {
    resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { name: "http" }, logRecords }] }],
  };
  return new TextEncoder().encode(JSON.stringify(request));
}

export function jsonBench(seconds: number): readonly Measurement[] {
  const request = requestOf(RECORDS_PER_REQUEST);
  const writer = new ByteWriter(request.length);
  const decoder = new TextDecoder();
  const step = (name: string, run: () => void): Measurement =>
    measure({ name, unit: "records", items: RECORDS_PER_REQUEST, bytes: request.length, run }, seconds / 3);
  return [
    step("transcode", () => {
      transcodeLogsJson(request, request.length, writer);
    }),
    step("transcode into a fresh buffer", () => {
      transcodeLogsJson(request, request.length);
    }),
    step("JSON.parse, for comparison", () => {
      JSON.parse(decoder.decode(request));
    }),
  ];
}
