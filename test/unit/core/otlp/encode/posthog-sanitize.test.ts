import { describe, expect, it } from "vitest";
import { posthogSanitizer } from "../../../../../src/core/otlp/encode/posthog-sanitize.ts";
import { regroup } from "../../../../../src/core/otlp/encode/regroup.ts";
import { ExportLogsServiceRequest } from "../../../../kit/otlp/otlp-schema.ts";
import type { PlainRecord } from "../../../../kit/otlp/record-builder.ts";
import { buildRequest } from "../../../../kit/otlp/record-builder.ts";
import { bytesField, fixed64Field, requestOf, tag, varint } from "../../../../kit/otlp/wire-builder.ts";

const RECEIVED_MS = 1_763_700_000_000;

interface DecodedRecord {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly body?: { readonly stringValue?: string };
  readonly attributes?: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly severityText?: string;
}

function sanitized(
  payload: Uint8Array,
  maxRequestBytes?: number,
): { bytes: number; records: DecodedRecord[]; counts: { timestamps: number; truncated: number } } {
  const counts = { timestamps: 0, truncated: 0 };
  const records = regroup([{ payload, receivedWallMs: RECEIVED_MS }], posthogSanitizer(counts, maxRequestBytes));
  const bytes = records.encode();
  expect(bytes.length).toBe(records.byteLength);
  const decoded = ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(bytes), { longs: String });
  return { bytes: bytes.length, counts, records: decoded["resourceLogs"][0].scopeLogs[0].logRecords };
}

const one = (record: PlainRecord): Uint8Array =>
  buildRequest([{ resource: { "service.name": "a" }, records: [record] }]);

describe("time for PostHog", () => {
  it("is left alone when there is one", () => {
    const { records, counts } = sanitized(one({ body: "x", time: 1_763_600_000_123_456_789n }));
    expect(records[0]?.timeUnixNano).toBe("1763600000123456789");
    expect(counts).toEqual({ timestamps: 0, truncated: 0 });
  });

  it("becomes the observed time when absent or zero", () => {
    for (const time of [undefined, 0n]) {
      const observedTime = 1_763_600_000_123_456_789n;
      const { records, counts } = sanitized(one({ body: "x", observedTime, ...(time !== undefined && { time }) }));
      expect(records[0]?.timeUnixNano).toBe("1763600000123456789");
      expect(counts.timestamps).toBe(1);
    }
  });

  it("becomes the time of reception when neither is usable", () => {
    for (const record of [{}, { time: 0n, observedTime: 0n }, { observedTime: 1n << 63n }]) {
      expect(sanitized(one({ body: "x", ...record })).records[0]?.timeUnixNano).toBe("1763700000000000000");
    }
  });

  it("never exceeds the signed 64-bit range", () => {
    for (const time of [1n << 63n, (1n << 64n) - 1n]) {
      const { records, counts } = sanitized(one({ body: "x", time }));
      expect(records[0]?.timeUnixNano).toBe("1763700000000000000");
      expect(counts.timestamps).toBe(1);
    }
    expect(sanitized(one({ body: "x", time: (1n << 63n) - 1n })).counts.timestamps).toBe(0);
  });

  it("is read from the last of several fields, however their tags are encoded", () => {
    const overlong = [...varint(0x09, 2), ...fixed64Field(1, 77n).slice(tag(1, 1).length)];
    const { records, counts } = sanitized(requestOf([...fixed64Field(1, 0n), ...overlong]));
    expect(records[0]?.timeUnixNano).toBe("77");
    expect(counts.timestamps).toBe(0);
  });

  it("leaves every other field of the record as it was", () => {
    const record = { body: "x", severityText: "INFO", attributes: { a: "b" }, observedTime: 5n };
    const { records } = sanitized(one(record));
    expect(records[0]).toEqual({
      timeUnixNano: "5",
      observedTimeUnixNano: "5",
      severityText: "INFO",
      body: { stringValue: "x" },
      attributes: [{ key: "a", value: { stringValue: "b" } }],
    });
  });
});

describe("a record too large for any request", () => {
  const LIMIT = 2_000;

  it("has its body cut so that a request with it alone fits, and says so", () => {
    for (const size of [1_900, 2_000, 2_100, 20_000]) {
      const { bytes, records, counts } = sanitized(
        one({ body: "x".repeat(size), time: 5n, attributes: { a: "b" } }),
        LIMIT,
      );
      expect(bytes).toBeLessThanOrEqual(LIMIT);
      expect(bytes).toBeGreaterThan(LIMIT - 60);
      expect(counts).toEqual({ timestamps: 0, truncated: size === 1_900 ? 0 : 1 });
      if (size === 1_900) continue;
      expect(records[0]?.body?.stringValue).toMatch(/^x{1800,}$/);
      expect(records[0]?.attributes).toEqual([
        { key: "a", value: { stringValue: "b" } },
        { key: "lipservice.truncated", value: { boolValue: true } },
      ]);
    }
  });

  it("is never cut inside a character", () => {
    for (const pad of ["", "a", "ab", "abc"]) {
      for (const character of ["é", "漢", "😀"]) {
        const body = pad + character.repeat(2_000);
        const { records } = sanitized(one({ body, time: 5n }), LIMIT);
        const text = records[0]?.body?.stringValue ?? "";
        expect(text).not.toContain("\ufffd");
        expect(body.startsWith(text)).toBe(true);
      }
    }
  });

  it("has its absent time mended at the same time", () => {
    const { bytes, records, counts } = sanitized(one({ body: "x".repeat(5_000) }), LIMIT);
    expect(bytes).toBeLessThanOrEqual(LIMIT);
    expect(records[0]?.timeUnixNano).toBe("1763700000000000000");
    expect(counts).toEqual({ timestamps: 1, truncated: 1 });
  });

  it("stays as it is when its body is no text, or is not what makes it large", () => {
    const large = "x".repeat(5_000);
    const records: PlainRecord[] = [
      { body: { list: { a: large } }, time: 5n },
      { body: "short", attributes: { a: large }, time: 5n },
      { attributes: { a: large }, time: 5n },
    ];
    for (const record of records) {
      const payload = one(record);
      const { bytes, counts } = sanitized(payload, LIMIT);
      expect(bytes).toBe(payload.length);
      expect(counts.truncated).toBe(0);
    }
    const twoBodies = requestOf([...bytesField(5, bytesField(1, large)), ...bytesField(5, []), ...fixed64Field(1, 5n)]);
    expect(sanitized(twoBodies, LIMIT).counts.truncated).toBe(0);
  });
});
