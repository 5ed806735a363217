/** What the destination stores of a record, rule by rule, over real requests. */
import { describe, expect, it } from "vitest";
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import type { KeyValueMessage, LogRecordMessage } from "../../kit/otlp/otlp-message.ts";
import { encodeLogsRequest, requestOf, stringAttribute } from "../../kit/otlp/otlp-message.ts";
import { attributeValue, post, standinForTest } from "../../kit/product/standin.ts";
import { VIRTUAL_START_WALL_MS, VirtualEnvironment } from "../../kit/virtual-environment.ts";

const NOW_MICROS = VIRTUAL_START_WALL_MS * 1000;
const HOUR_NANOS = 3_600_000_000_000n;
const NOW_NANOS = BigInt(VIRTUAL_START_WALL_MS) * 1_000_000n;

/** Rows that these records become in a stand-in whose clock stands at the virtual start. */
async function stored(
  records: readonly LogRecordMessage[],
  resource: readonly KeyValueMessage[] = [stringAttribute("service.name", "shop")],
): Promise<readonly StoredRow[]> {
  const standin = await standinForTest({ environment: new VirtualEnvironment() });
  const answer = await post(standin, encodeLogsRequest(requestOf(records, resource)));
  expect(answer.status).toBe(200);
  return standin.rows();
}

async function storedOne(record: LogRecordMessage): Promise<StoredRow> {
  const [row] = await stored([record]);
  return row!;
}

describe("severity", () => {
  const body = (text: string) => ({ stringValue: text });

  it.each([
    [0, "CRITICAL", "x", "fatal", 21],
    [0, "", '{"level":"error"}', "error", 17],
    [25, "x", "x", "unknown", 25],
    [13, "error", "x", "warn", 13],
    [0, "", "x", "info", 9],
    [0, "notice", "x", "info", 9],
    [0, "Eror", "x", "error", 17],
    [-1, "warning", "x", "warn", 13],
    [1, "", "x", "trace", 1],
    [24, "", "x", "fatal", 24],
    // A level in the body moves the number, not the text, when the number is set.
    [9, "", '{"level":"error"}', "info", 17],
    [0, "fatal", '{"level":"warning","severity":7,"log.level":"DEBUG"}', "debug", 5],
    [0, "fatal", '["level"]', "fatal", 21],
    [0, "fatal", '{"level":', "fatal", 21],
  ])("of (%s, %j) with body %s is stored as %s, %i", async (severityNumber, severityText, text, name, number) => {
    const row = await storedOne({ severityNumber, severityText, body: body(text) });

    expect([row.severity_text, row.severity_number]).toEqual([name, number]);
  });
});

describe("time", () => {
  it("is the arrival when the record has none; the observed time is discarded", async () => {
    const row = await storedOne({ timeUnixNano: 0, observedTimeUnixNano: String(NOW_NANOS - HOUR_NANOS) });

    expect([row.timestamp, row.observed_timestamp]).toEqual([NOW_MICROS, NOW_MICROS]);
  });

  it("is kept to the microsecond within a day of the arrival", async () => {
    const row = await storedOne({ timeUnixNano: String(NOW_NANOS - 24n * HOUR_NANOS + 1_999n) });

    expect(row.timestamp).toBe(NOW_MICROS - 86_400_000_000 + 1);
    expect(row.attributes).toEqual({});
  });

  it.each([
    ["a day and more ago", NOW_NANOS - 25n * HOUR_NANOS, "2025-12-30T23:00:00+00:00"],
    ["in the far future", NOW_NANOS + 25n * HOUR_NANOS + 1_500n, "2026-01-02T01:00:00.000001500+00:00"],
  ])("is overridden when it lies %s, and the claim kept as an unquoted attribute", async (_name, nanos, claim) => {
    const row = await storedOne({ timeUnixNano: String(nanos) });

    expect(row.timestamp).toBe(NOW_MICROS);
    expect(row.attributes).toEqual({ $originalTimestamp: claim });
  });

  it("overridden is counted", async () => {
    const standin = await standinForTest({ environment: new VirtualEnvironment() });

    await post(standin, encodeLogsRequest(requestOf([{ timeUnixNano: 1 }, { timeUnixNano: String(NOW_NANOS) }])));

    expect(standin.stats().timestampsOverridden).toBe(1);
  });
});

describe("attributes", () => {
  it("become JSON texts; the last of equal keys wins", async () => {
    const row = await storedOne({
      attributes: [
        stringAttribute("string", 'a "b"\u0001é'),
        { key: "int", value: { intValue: "-9223372036854775808" } },
        { key: "bool", value: { boolValue: false } },
        { key: "double", value: { doubleValue: 3 } },
        { key: "nan", value: { doubleValue: Number.NaN } },
        { key: "bytes", value: { bytesValue: Uint8Array.of(1, 2, 255) } },
        { key: "array", value: { arrayValue: { values: [{ intValue: 1 }, {}, { stringValue: "x" }] } } },
        {
          key: "map",
          value: { kvlistValue: { values: [{ key: "b", value: {} }, { key: "gone" }, stringAttribute("a", "1")] } },
        },
        { key: "none" },
        { key: "empty", value: {} },
        stringAttribute("twice", "first"),
        stringAttribute("twice", "second"),
        stringAttribute("__proto__", "kept"),
      ],
    });

    expect(new Map(Object.entries(row.attributes))).toEqual(
      new Map([
        ["string", '"a \\"b\\"\\u0001é"'],
        ["int", "-9223372036854775808"],
        ["bool", "false"],
        ["double", "3.0"],
        ["nan", "null"],
        ["bytes", '"AQL/"'],
        ["array", '[1,null,"x"]'],
        ["map", '{"a":"1","b":null}'],
        ["none", '""'],
        ["empty", "null"],
        ["twice", '"second"'],
        ["__proto__", '"kept"'],
      ]),
    );
  });

  it("are read as the string they were, or as the JSON text of another type", async () => {
    const { attributes } = await storedOne({
      attributes: [stringAttribute("text", 'a "b"'), { key: "double", value: { doubleValue: 8.5 } }],
    });

    expect(attributeValue(attributes, "text")).toBe('a "b"');
    expect(attributeValue(attributes, "double")).toBe("8.5");
    expect(attributeValue(attributes, "absent")).toBeUndefined();
  });

  it("of the resource name the service only by service.name, which is always there", async () => {
    const [named] = await stored([{}], [stringAttribute("service.name", "cart"), stringAttribute("host", "a")]);
    const [unnamed] = await stored([{}], [stringAttribute("host", "a")]);
    const [numeric] = await stored([{}], [{ key: "service.name", value: { intValue: 42 } }]);

    expect(named!.service_name).toBe("cart");
    expect(named!.resource_attributes).toEqual({ "service.name": '"cart"', host: '"a"' });
    expect(unnamed!.service_name).toBe("");
    expect(unnamed!.resource_attributes).toEqual({ host: '"a"', "service.name": '""' });
    expect(numeric!.service_name).toBe("42");
  });
});

describe("bodies", () => {
  it.each<[string, LogRecordMessage["body"], string]>([
    ["a string as it is", { stringValue: 'say "hi"' }, 'say "hi"'],
    ["nothing as empty", {}, ""],
    ["a bool as JSON", { boolValue: true }, "true"],
    ["a double as JSON", { doubleValue: 1e21 }, "1e21"],
    ["bytes as a JSON string of base64", { bytesValue: Uint8Array.of(104, 105) }, '"aGk="'],
    ["a map as JSON", { kvlistValue: { values: [stringAttribute("m", "x")] } }, '{"m":"x"}'],
  ])("store %s", async (_name, body, text) => {
    expect((await storedOne(body === undefined ? {} : { body })).body).toBe(text);
  });
});

describe("ids, scope and the rest", () => {
  it("are base64 of ids of the right length, else zeros", async () => {
    const good = await storedOne({ traceId: new Uint8Array(16).fill(255), spanId: new Uint8Array(8).fill(1) });
    const bad = await storedOne({ traceId: new Uint8Array(15).fill(255), spanId: new Uint8Array(9).fill(1) });

    expect([good.trace_id, good.span_id]).toEqual(["/////////////////////w==", "AQEBAQEBAQE="]);
    expect([bad.trace_id, bad.span_id]).toEqual(["AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAA="]);
  });

  it("keep scope name and version, event name and flags", async () => {
    const row = await storedOne({ eventName: "order.paid", flags: 1 });

    expect(row).toMatchObject({ instrumentation_scope: "app@1.2", event_name: "order.paid", trace_flags: 1 });
    expect(row.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("count a row's bytes by what varies: long names only", async () => {
    const row = await storedOne({ body: { stringValue: "é" }, attributes: [stringAttribute("k", "v")] });
    const long = await storedOne({ body: { stringValue: "é" }, eventName: "e".repeat(51) });

    // body 2, resource "service.name" 12 + "\"shop\"" 6, attribute 1 + 3; app@1.2 is short.
    expect(row.bytes_uncompressed).toBe(2 + 18 + 4);
    expect(long.bytes_uncompressed).toBe(2 + 18 + 51);
  });

  it("are stored twice, under two identities, when a request is sent twice", async () => {
    const standin = await standinForTest();
    const request = encodeLogsRequest(requestOf([{ body: { stringValue: "paid" } }]));

    await post(standin, request);
    await post(standin, request);

    const uuids = standin.rows().map((row) => row.uuid);
    expect(uuids).toHaveLength(2);
    expect(new Set(uuids).size).toBe(2);
  });
});
