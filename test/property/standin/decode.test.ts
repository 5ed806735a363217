/** Laws of the stand-in's decoders: they agree with protobufjs, with each other, and never fail but by DecodeError. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBody } from "../../../tools/standin/decode/decode-body.ts";
import { DecodeError } from "../../../tools/standin/decode/decode-error.ts";
import { requestFromJson } from "../../../tools/standin/decode/decode-json.ts";
import { countRecords, decodeProtobuf } from "../../../tools/standin/decode/decode-protobuf.ts";
import { parseDocument } from "../../../tools/standin/decode/json-document.ts";
import type { AnyValue, KeyValue, LogsRequest } from "../../../tools/standin/decode/otlp-request.ts";
import { OtlpJsonWriter } from "../../kit/otlp/otlp-json-writer.ts";
import type {
  AnyValueMessage,
  KeyValueMessage,
  LogRecordMessage,
  LogsRequestMessage,
} from "../../kit/otlp/otlp-message.ts";
import { encodeLogsRequest } from "../../kit/otlp/otlp-message.ts";
import { ExportLogsServiceRequest } from "../../kit/otlp/otlp-schema.ts";

const text = fc.string({ unit: "binary", maxLength: 20 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const { value: anyValue, pair: keyValue } = fc.letrec<{ value: AnyValueMessage; pair: KeyValueMessage }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64.map(String) }),
    fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 10 }) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie("value"), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie("pair"), { maxLength: 3 }) }) }),
  ),
  pair: fc.record({ key: text, value: tie("value") }),
}));

const record: fc.Arbitrary<LogRecordMessage> = fc.record(
  {
    timeUnixNano: uint64.map(String),
    observedTimeUnixNano: uint64.map(String),
    severityNumber: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    severityText: text,
    body: anyValue,
    attributes: fc.array(keyValue, { maxLength: 3 }),
    flags: fc.nat(),
    traceId: fc.uint8Array({ maxLength: 17 }),
    spanId: fc.uint8Array({ maxLength: 9 }),
    eventName: text,
  },
  { requiredKeys: [] },
);

const request: fc.Arbitrary<LogsRequestMessage> = fc.record({
  resourceLogs: fc.array(
    fc.record({
      resource: fc.record({ attributes: fc.array(keyValue, { maxLength: 3 }) }),
      scopeLogs: fc.array(
        fc.record({ scope: fc.record({ name: text, version: text }), logRecords: fc.array(record, { maxLength: 4 }) }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});

/** What the decoder must make of a message, said a second time. */
function expected(message: LogsRequestMessage): LogsRequest {
  return {
    resourceLogs: message.resourceLogs.map((resourceLogs) => ({
      resource: { attributes: expectedPairs(resourceLogs.resource?.attributes) },
      scopeLogs: (resourceLogs.scopeLogs ?? []).map((scopeLogs) => ({
        scope: { name: scopeLogs.scope?.name ?? "", version: scopeLogs.scope?.version ?? "" },
        logRecords: (scopeLogs.logRecords ?? []).map((message) => ({
          timeUnixNano: BigInt(message.timeUnixNano ?? 0),
          severityNumber: message.severityNumber ?? 0,
          severityText: message.severityText ?? "",
          body: message.body === undefined ? undefined : expectedValue(message.body),
          attributes: expectedPairs(message.attributes),
          flags: message.flags ?? 0,
          traceId: Uint8Array.from(message.traceId ?? []),
          spanId: Uint8Array.from(message.spanId ?? []),
          eventName: message.eventName ?? "",
        })),
      })),
    })),
  };
}

function expectedPairs(pairs: readonly KeyValueMessage[] = []): KeyValue[] {
  return pairs.map(({ key, value }) => ({ key, value: value === undefined ? undefined : expectedValue(value) }));
}

function expectedValue(value: AnyValueMessage): AnyValue {
  if (value.stringValue !== undefined) return { kind: "string", value: value.stringValue };
  if (value.boolValue !== undefined) return { kind: "bool", value: value.boolValue };
  if (value.intValue !== undefined) return { kind: "int", value: BigInt(value.intValue) };
  if (value.doubleValue !== undefined) return { kind: "double", value: value.doubleValue };
  if (value.arrayValue !== undefined) return { kind: "array", values: value.arrayValue.values.map(expectedValue) };
  if (value.kvlistValue !== undefined) return { kind: "kvlist", values: expectedPairs(value.kvlistValue.values) };
  if (value.bytesValue !== undefined) return { kind: "bytes", value: Uint8Array.from(value.bytesValue) };
  return { kind: "empty" };
}

/** Byte views become plain arrays, so that buffers over different memory compare equal. */
function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return ["bytes", ...value];
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}

describe("decodeProtobuf", () => {
  it("reads what protobufjs wrote", () => {
    fc.assert(
      fc.property(request, (message) => {
        const decoded = decodeProtobuf(encodeLogsRequest(message));
        expect(comparable(decoded)).toEqual(comparable(expected(message)));
      }),
    );
  });

  it("counts the records it would read", () => {
    fc.assert(
      fc.property(request, (message) => {
        const bytes = encodeLogsRequest(message);
        const records = message.resourceLogs.flatMap((resource) =>
          (resource.scopeLogs ?? []).flatMap((scope) => scope.logRecords ?? []),
        );
        expect(countRecords(bytes)).toBe(records.length);
      }),
    );
  });

  it("fails only with DecodeError, on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeProtobuf(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
        expect(typeof decodeBody(bytes).ok).toBe("boolean");
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes no request that was cut short inside a message", () => {
    fc.assert(
      fc.property(request, fc.nat(), (message, cut) => {
        const bytes = encodeLogsRequest(message);
        fc.pre(bytes.length > 0);
        const [first] = message.resourceLogs;
        const whole = first === undefined ? 0 : encodeLogsRequest({ resourceLogs: [first] }).length;
        const length = cut % whole;
        fc.pre(length > 0);
        expect(() => decodeProtobuf(bytes.subarray(0, length))).toThrow(DecodeError);
      }),
    );
  });
});

describe("requestFromJson", () => {
  it("reads the same request from OTLP/JSON as from protobuf", () => {
    fc.assert(
      fc.property(request, fc.integer(), (message, choices) => {
        const fromProtobuf = decodeProtobuf(encodeLogsRequest(message));
        // JSON.stringify would write -0 as 0.
        const text = new OtlpJsonWriter(choices, "destination").write(ExportLogsServiceRequest, message);
        expect(comparable(requestFromJson(parseDocument(text)))).toEqual(comparable(fromProtobuf));
      }),
    );
  });
});
