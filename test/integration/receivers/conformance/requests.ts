/** The requests that the conformance cases send. */
import { gzipSync } from "node:zlib";
import { buildRequest } from "../../../kit/otlp/record-builder.ts";
import { bytesField, fixed64Field, requestOf, varintField } from "../../../kit/otlp/wire-builder.ts";

/** One INFO and one ERROR record, as an SDK sends them. */
export const TWO_RECORDS: Uint8Array = buildRequest([
  {
    resource: { "service.name": "checkout", "host.id": 7 },
    scope: { name: "app.http", version: "1.2.3" },
    records: [
      {
        time: 1_580_000_000_000,
        severityNumber: 9,
        severityText: "Info",
        body: "order 17 was paid",
        attributes: { app: "server", instance: 1 },
        traceId: "08040201000000000000000000000000",
        spanId: "0102040800000000",
      },
      { time: 1_580_000_000_500, severityNumber: 17, severityText: "ERROR", body: { list: { reason: "declined" } } },
    ],
  },
]);

/** The same two records in OTLP/JSON: numbers as text, an upper-case id, enums as integers. */
export const TWO_RECORDS_JSON: string = JSON.stringify({
  resourceLogs: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "checkout" } }] },
      scopeLogs: [
        {
          scope: { name: "app.http" },
          logRecords: [
            {
              timeUnixNano: "1580000000000000789",
              severityNumber: 9,
              severityText: "Info",
              body: { stringValue: "order 17 was paid" },
              attributes: [{ key: "instance", value: { intValue: "10" } }],
              traceId: "5B8EFFF798038103D269B633813FC60C",
              spanId: "EEE19B7EC3C1B174",
            },
            { body: { kvlistValue: { values: [{ key: "reason", value: { stringValue: "declined" } }] } } },
          ],
        },
      ],
    },
  ],
});

export function jsonOf(record: object): string {
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
}

const plainBody = bytesField(5, bytesField(1, "well formed"));

/** A well-formed record, and one whose body runs past its end: damage inside one LogRecord. */
export const ONE_DAMAGED_RECORD: Uint8Array = requestOf(plainBody, [0x2a, 0x05, 0x0a, 0x50]);

/** Ends inside the framing above the records. */
export const TRUNCATED: Uint8Array = TWO_RECORDS.subarray(0, TWO_RECORDS.length - 3);

/** A trace id of 3 bytes and a span id of 1. */
export const SHORT_IDS: Uint8Array = requestOf([...plainBody, ...bytesField(9, [1, 2, 3]), ...bytesField(10, [1])]);

/** 0xff cannot occur in UTF-8. */
export const INVALID_UTF8: Uint8Array = requestOf(bytesField(5, bytesField(1, [0x61, 0xff, 0x62])));

/** Field numbers that no version of the schema has, at all levels. */
export const UNKNOWN_FIELDS: Uint8Array = Uint8Array.from([
  ...bytesField(1, bytesField(2, bytesField(2, [...plainBody, ...varintField(99, 7), ...fixed64Field(98, 1n)]))),
  ...bytesField(77, "later"),
]);

/** An AnyValue of `levels` nested lists around nothing. */
export function nestedLists(levels: number): Uint8Array {
  // Inside out: each level is a tag and a length in front of what it holds, so only the prefixes have to be kept.
  const prefixes: Uint8Array[] = [];
  let length = 0;
  for (let level = 0; level < levels; level++) {
    // array_value (5) of AnyValue, and values (1) of ArrayValue, alternate.
    const prefix = Uint8Array.from([level % 2 === 0 ? 0x0a : 0x2a, ...varintBytes(length)]);
    prefixes.push(prefix);
    length += prefix.length;
  }
  const value = Buffer.concat(prefixes.reverse());
  return requestOf(bytesField(5, value));
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** Two gzip members, which together are one request: concatenated requests are a request. */
export const TWO_GZIP_MEMBERS: Buffer = Buffer.concat([gzipSync(TWO_RECORDS), gzipSync(TWO_RECORDS)]);

/** A valid request of exactly `bytes` bytes (at least 64): one record with a body of x. */
export function requestOfSize(bytes: number): Uint8Array {
  let request = requestWithBody(bytes - 32);
  // Lengths of lengths change by a byte here and there.
  for (let body = bytes - 32; request.length !== bytes; request = requestWithBody(body)) body += bytes - request.length;
  return request;
}

function requestWithBody(characters: number): Uint8Array {
  let message: Uint8Array = Buffer.alloc(characters, "x");
  // string_value of AnyValue, body of LogRecord, log_records, scope_logs, resource_logs.
  for (const tag of [0x0a, 0x2a, 0x12, 0x12, 0x0a]) {
    message = Buffer.concat([Uint8Array.from([tag, ...varintBytes(message.length)]), message]);
  }
  return message;
}
