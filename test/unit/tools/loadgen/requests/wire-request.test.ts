import { describe, expect, it } from "vitest";
import { encodeJson } from "../../../../../tools/loadgen/requests/encode-json.ts";
import { ProtobufEncoder } from "../../../../../tools/loadgen/requests/encode-protobuf.ts";
import type { WireRequest } from "../../../../../tools/loadgen/requests/wire-request.ts";
import { stamp } from "../../../../../tools/loadgen/requests/wire-request.ts";
import type { TrafficBatch } from "../../../../../tools/loadgen/world/traffic.ts";
import { createWorld } from "../../../../../tools/loadgen/world/world.ts";
import type { LogRecordMessage, LogsRequestMessage } from "../../../../kit/otlp/otlp-message.ts";
import { decodeLogsRequest } from "../../../../kit/otlp/otlp-message.ts";

const START = Date.UTC(2026, 0, 1);

const ODD: TrafficBatch = {
  resource: { service: "odd", attributes: [{ key: "service.name", value: "odd" }], scopeName: "" },
  records: [
    {
      timeMs: START,
      severityNumber: 17,
      severityText: "ERROR",
      body: 'she said "traceId":"x" – é 🦀\n',
      attributes: [
        { key: "int", value: -3 },
        { key: "double", value: 0.5 },
        { key: "bool", value: false },
        { key: "empty", value: "" },
      ],
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
    },
    { timeMs: START, severityNumber: 9, severityText: "INFO", body: "", attributes: [], traceId: "", spanId: "" },
  ],
};

function batches(): TrafficBatch[] {
  return [...createWorld("incidents", "wire").next(START + 500, 500), ODD];
}

/** The message the encoders must produce, as protobufjs shows it. */
function expectedRecords(): object[] {
  return batches().flatMap((batch) =>
    batch.records.map((record) => {
      const ids = { flags: 1, traceId: base64(record.traceId), spanId: base64(record.spanId) };
      return {
        timeUnixNano: `${record.timeMs}000000`,
        observedTimeUnixNano: `${record.timeMs}000000`,
        severityNumber: record.severityNumber,
        severityText: record.severityText,
        body: { stringValue: record.body },
        ...(record.attributes.length === 0 ? {} : { attributes: record.attributes.map(attribute) }),
        ...(record.traceId === "" ? {} : ids),
      };
    }),
  );
}

function attribute({ key, value }: { key: string; value: string | number | boolean }) {
  if (typeof value === "string") return { key, value: { stringValue: value } };
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
}

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

function recordsOf(request: LogsRequestMessage): LogRecordMessage[] {
  return request.resourceLogs.flatMap((resource) =>
    (resource.scopeLogs ?? []).flatMap((scope) => [...(scope.logRecords ?? [])]),
  );
}

function decoded(request: WireRequest): LogRecordMessage[] {
  if (request.encoding === "protobuf") return recordsOf(decodeLogsRequest(request.bytes));
  const document: LogsRequestMessage = JSON.parse(Buffer.from(request.bytes).toString("utf8"));
  return recordsOf(document);
}

describe("ProtobufEncoder", () => {
  it("writes what protobufjs reads back", () => {
    const request = new ProtobufEncoder().encode(batches());

    expect(decoded(request)).toEqual(expectedRecords());
    expect(request.records).toBe(expectedRecords().length);
    expect(decodeLogsRequest(request.bytes).resourceLogs.at(-1)).toMatchObject({
      resource: { attributes: [{ key: "service.name", value: { stringValue: "odd" } }] },
    });
  });

  it("owes nothing to the request before", () => {
    const encoder = new ProtobufEncoder();
    const first = encoder.encode([ODD]).bytes.slice();
    encoder.encode(batches());

    expect(encoder.encode([ODD]).bytes).toEqual(first);
  });
});

describe("encodeJson", () => {
  it("writes times as text, ids in hex, and everything else as it is", () => {
    const [odd, empty] = decoded(encodeJson([ODD]));

    expect(odd).toMatchObject({
      timeUnixNano: `${START}000000`,
      observedTimeUnixNano: `${START}000000`,
      severityNumber: 17,
      body: { stringValue: ODD.records[0]!.body },
      attributes: [
        { key: "int", value: { intValue: -3 } },
        { key: "double", value: { doubleValue: 0.5 } },
        { key: "bool", value: { boolValue: false } },
        { key: "empty", value: { stringValue: "" } },
      ],
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
    });
    expect(empty).not.toHaveProperty("traceId");
  });
});

describe("stamp", () => {
  const LATER = START + 86_400_123;

  it.each([
    ["protobuf", (all: TrafficBatch[]) => new ProtobufEncoder().encode(all)],
    ["json", encodeJson],
  ])("renews times and trace ids of %s in place and nothing else", (encoding, encode) => {
    const request = encode(batches());
    const before = decoded(request);

    stamp(request, LATER, 0xabcdef01);
    const after = decoded(request);

    for (const [index, record] of after.entries()) {
      const old = before[index]!;
      const { timeUnixNano, observedTimeUnixNano, traceId, ...rest } = record;
      for (const time of [timeUnixNano, observedTimeUnixNano]) {
        expect(BigInt(time ?? 0) / 1_000_000_000n).toBe(BigInt(LATER) / 1_000n);
      }
      expect(rest).toEqual(without(old));
      expect(traceId === undefined).toBe(old.traceId === undefined);
      if (traceId === undefined || old.traceId === undefined) continue;
      expect(hex(traceId, encoding)).toBe(`abcdef01${hex(old.traceId, encoding).slice(8)}`);
    }
  });

  it("keeps times exact over the carry between the halves of a fixed64", () => {
    const request = new ProtobufEncoder().encode([{ ...ODD, records: Array(600).fill(ODD.records[1]) }]);

    // 2^32 nanoseconds are 4.3 s: one of these starts shortly before a carry.
    for (let ms = START; ms < START + 4_400; ms++) {
      stamp(request, ms, 0);
      const view = new DataView(request.bytes.buffer, request.bytes.byteOffset);
      const first = view.getBigUint64(request.timeOffsets[0]!, true);
      const last = view.getBigUint64(request.timeOffsets[1_199]!, true);
      if (first !== BigInt(ms) * 1_000_000n || last !== first + 1_199_000n) expect.fail(`off at ${ms}`);
    }
  });
});

function without({ timeUnixNano: _time, observedTimeUnixNano: _observed, traceId: _trace, ...rest }: LogRecordMessage) {
  return rest;
}

function hex(id: unknown, encoding: string): string {
  return encoding === "json" ? String(id) : Buffer.from(String(id), "base64").toString("hex");
}
