import { describe, expect, it } from "vitest";
import { ByteWriter } from "../../../../src/core/otlp/wire/byte-writer.ts";
import { transcodeLogsJson } from "../../../../src/core/otlp-json/transcode-logs-json.ts";
import { recordsOf, requestText, transcode } from "../../../kit/otlp/transcode-json.ts";

/** The only record of a request with this record text. */
function recordOf(text: string): Readonly<Record<string, unknown>> {
  const readBack = transcode(requestText(text));
  expect(readBack.rejected).toBe(0);
  expect(readBack.message).toBe("");
  expect(recordsOf(readBack)).toHaveLength(1);
  return recordsOf(readBack)[0]!;
}

/** What becomes of an AnyValue with this JSON text. */
function bodyOf(text: string): unknown {
  return recordOf(`{"body":${text}}`)["body"];
}

function hex(base64: unknown): string {
  return Buffer.from(String(base64), "base64").toString("hex");
}

describe("transcodeLogsJson", () => {
  it("turns the empty object into zero bytes", () => {
    expect(transcode("{}").bytes).toHaveLength(0);
    expect(transcode(" \t\r\n{ \n}\n").bytes).toHaveLength(0);
  });

  it("ignores a byte order mark", () => {
    expect(transcode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)).bytes).toHaveLength(0);
  });

  it("reads only the bytes it is told to read", () => {
    const bytes = new TextEncoder().encode('{} and what a pooled buffer held before, "quotes and all');

    expect(transcodeLogsJson(bytes, 2, new ByteWriter()).request).toHaveLength(0);
  });

  it("keeps every field of every message", () => {
    const attributes = [{ key: "k", value: { stringValue: "v" } }];
    const entityRefs = [{ schemaUrl: "s", type: "service", idKeys: ["a", "b"], descriptionKeys: ["c"] }];
    const record = {
      timeUnixNano: "1581452773000000789",
      observedTimeUnixNano: "1581452773000000790",
      severityNumber: 9,
      severityText: "Info",
      body: { stringValue: "This is a log message" },
      attributes,
      droppedAttributesCount: 1,
      flags: 257,
      eventName: "browser.page_view",
    };
    const ids = { traceId: "5B8EFFF798038103D269B633813FC60C", spanId: "eee19b7ec3c1b174" };
    const scope = { name: "n", version: "1", attributes, droppedAttributesCount: 2 };
    const scopeLogs = [{ scope, logRecords: [{ ...record, ...ids }], schemaUrl: "scope-schema" }];
    const resource = { attributes, droppedAttributesCount: 3, entityRefs };
    const { request } = transcode({ resourceLogs: [{ resource, scopeLogs, schemaUrl: "resource-schema" }] });

    expect(request).toEqual({
      resourceLogs: [
        {
          resource,
          schemaUrl: "resource-schema",
          scopeLogs: [
            {
              scope,
              schemaUrl: "scope-schema",
              logRecords: [{ ...record, traceId: "W47/95gDgQPSabYzgT/GDA==", spanId: "7uGbfsPBsXQ=" }],
            },
          ],
        },
      ],
    });
  });

  it("takes fields in any order and with any white space", () => {
    const text = ` { "resourceLogs" :\n[ {\t"scopeLogs" : [ { "logRecords" : [ { "flags" : 1 , "body" : { "stringValue" : "a" } } , { } ] } ] } ] } `;

    expect(recordsOf(transcode(text))).toEqual([{ flags: 1, body: { stringValue: "a" } }, {}]);
  });

  it("takes snake_case keys", () => {
    const record = `{"time_unix_nano":"1","observed_time_unix_nano":"2","severity_number":9,"severity_text":"x","dropped_attributes_count":1,"trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174","event_name":"e","body":{"kvlist_value":{"values":[{"key":"a","value":{"int_value":1}}]}}}`;
    const { request } = transcode(`{"resource_logs":[{"scope_logs":[{"log_records":[${record}]}]}]}`);
    const read = request.resourceLogs![0]!.scopeLogs![0]!.logRecords![0]!;

    expect(Object.keys(read)).toHaveLength(9);
    expect(read["body"]).toEqual({ kvlistValue: { values: [{ key: "a", value: { intValue: "1" } }] } });
  });

  it("takes null as unset, everywhere", () => {
    const record = `{"timeUnixNano":null,"severityNumber":null,"severityText":null,"body":{"stringValue":null},"attributes":[null,{"key":null,"value":null}],"traceId":null,"flags":null}`;

    expect(recordOf(record)).toEqual({ body: {}, attributes: [{}] });
    expect(transcode(`{"resourceLogs":[{"resource":null,"scopeLogs":null},null]}`).request).toEqual({
      resourceLogs: [{}],
    });
    expect(transcode(`{"resourceLogs":null}`).bytes).toHaveLength(0);
  });

  it("keeps the places of empty and null values in an array", () => {
    expect(bodyOf(`{"arrayValue":{"values":[{"boolValue":false},{},null,{"intValue":"0"}]}}`)).toEqual({
      arrayValue: { values: [{ boolValue: false }, {}, {}, { intValue: "0" }] },
    });
  });

  it("ignores unknown fields of any type", () => {
    const unknowns = `"a":1,"b":"x\\"}]","c":{"body":{"stringValue":5},"d":[[{}],-0.5e+10,true,null]},"timeUnixNan":[],"timeUnixNanos":{},"":false`;

    expect(recordOf(`{${unknowns},"body":{${unknowns},"stringValue":"kept",${unknowns}},${unknowns}}`)).toEqual({
      body: { stringValue: "kept" },
    });
    expect(transcode(`{${unknowns}}`).bytes).toHaveLength(0);
  });

  it("ignores the string table indexes that only the profiles signal has", () => {
    expect(recordOf(`{"body":{"stringValueStrindex":3},"attributes":[{"keyStrindex":1}]}`)).toEqual({
      body: {},
      attributes: [{}],
    });
  });

  it("lets the last of equal scalar keys win", () => {
    expect(recordOf(`{"flags":1,"flags":0,"severityText":"a","severityText":"b"}`)).toEqual({
      flags: 0,
      severityText: "b",
    });
  });

  it("takes __proto__ for a name like any other", () => {
    const pair = `{"key":"__proto__","value":{"stringValue":"x"}}`;

    expect(recordOf(`{"__proto__":{"body":1},"attributes":[${pair}]}`)).toEqual({
      attributes: [{ key: "__proto__", value: { stringValue: "x" } }],
    });
  });

  it("recognises keys whose letters are escaped", () => {
    expect(recordOf(`{"b\\u006fdy":{"\\u0073tringValue":"x"},"f\\u006Cag":1,"flags\\n":1}`)).toEqual({
      body: { stringValue: "x" },
    });
  });

  it.each([
    ["upper case", "5B8EFFF798038103D269B633813FC60C"],
    ["mixed case", "5b8EFFf798038103D269b633813fc60C"],
    ["escaped digits", "\\u0035b8efff798038103d269b633813fc60c"],
  ])("reads ids in %s", (_, text) => {
    expect(hex(recordOf(`{"traceId":"${text}"}`)["traceId"])).toBe("5b8efff798038103d269b633813fc60c");
  });

  it.each([
    "",
    "abc",
    "zz8efff798038103d269b633813fc60c",
    "5b8efff798038103d269b633813fc60",
    "5b8efff798038103d269b633813fc60c00",
    "5b8efff798038103d269b633813fc6é",
  ])("leaves out the id %j, not its record", (text) => {
    expect(recordOf(`{"traceId":"${text}","spanId":"${text}","flags":1}`)).toEqual({ flags: 1 });
  });

  it.each([
    ["standard", "+/+/AA=="],
    ["URL-safe", "-_-_AA=="],
    ["standard without padding", "+/+/AA"],
    ["URL-safe without padding", "-_-_AA"],
    ["escaped", "+\\/+\\/AA\\u003d="],
  ])("reads %s base64", (_, text) => {
    expect(hex((bodyOf(`{"bytesValue":"${text}"}`) as { bytesValue: string }).bytesValue)).toBe("fbffbf00");
  });

  it("reads enum names, with and without their prefix", () => {
    expect(recordOf(`{"severityNumber":"SEVERITY_NUMBER_WARN"}`)).toEqual({ severityNumber: 13 });
    expect(recordOf(`{"severityNumber":"SEVERITY_NUMBER_FATAL4"}`)).toEqual({ severityNumber: 24 });
    expect(recordOf(`{"severityNumber":"SEVERITY_NUMBER_UNSPECIFIED"}`)).toEqual({ severityNumber: 0 });
    expect(recordOf(`{"severityNumber":"DEBUG2"}`)).toEqual({ severityNumber: 6 });
    expect(recordOf(`{"severityNumber":"17"}`)).toEqual({ severityNumber: 17 });
    expect(recordOf(`{"severityNumber":-1}`)).toEqual({ severityNumber: -1 });
  });

  it.each([
    ['a\\"b\\\\c\\/d\\b\\f\\n\\r\\t', 'a"b\\c/d\b\f\n\r\t'],
    ["\\u0041\\u00e9\\u20AC\\u0000", "Aé€\0"],
    ["\\ud83d\\ude00!", "😀!"],
    ["\\ud83d!", "\ufffd!"],
    ["\\ude00\\ud83d", "\ufffd\ufffd"],
    ["\\ud83d\\u0041", "\ufffdA"],
    ["\\ud83d\\ud83d\\ude00", "\ufffd😀"],
    ["\\ud83d\\n", "\ufffd\n"],
    ["é€😀\u007f", "é€😀\u007f"],
  ])("unescapes %j", (text, expected) => {
    expect(bodyOf(`{"stringValue":"${text}"}`)).toEqual({ stringValue: expected });
  });

  it("replaces invalid UTF-8 as the Encoding Standard's decoder does", () => {
    const broken = Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x98, 0xf5);
    const [head = "", tail = ""] = requestText(`{"body":{"stringValue":"|"}}`).split("|");
    const encoder = new TextEncoder();
    const text = Uint8Array.from([...encoder.encode(head), ...broken, ...encoder.encode(tail)]);

    expect(recordsOf(transcode(text))[0]).toEqual({ body: { stringValue: new TextDecoder().decode(broken) } });
  });

  it("grows its output when repairs make it longer than the input", () => {
    const size = 100_000;
    const [head = "", tail = ""] = requestText(`{"body":{"stringValue":"|"}}`).split("|");
    const text = Buffer.concat([Buffer.from(head), Buffer.alloc(size, 0xff), Buffer.from(tail)]);

    const { body } = recordsOf(transcode(text, new ByteWriter(16)))[0] as { body: { stringValue: string } };

    expect(body.stringValue).toBe("\ufffd".repeat(size));
  });

  it.each([0, 1, 125, 126, 127, 128, 129, 16_379, 16_384, 16_390, 2_097_151, 2_097_160])(
    "writes the shortest lengths around a string of %i bytes",
    (size) => {
      const text = "x".repeat(size);
      const { bytes, request } = transcode({ resourceLogs: [{ resource: { attributes: [{ key: text }] } }] });

      expect(request).toEqual({ resourceLogs: [{ resource: { attributes: [{ key: text }] } }] });
      const lengthSize = (length: number): number => Math.max(1, Math.ceil(Math.log2(length + 1) / 7));
      let expected = size;
      for (let level = 0; level < 4; level++) expected += 1 + lengthSize(expected);
      expect(bytes).toHaveLength(expected);
    },
  );

  it("writes the same whenever its output has to grow", () => {
    const record = `{"timeUnixNano":"1","body":{"stringValue":"${"plain text, \\n \\u00e9 and é; ".repeat(12)}"},"attributes":[{"key":"a","value":{"doubleValue":1.5}},{"key":"b","value":{"intValue":-1}}],"traceId":"5b8efff798038103d269b633813fc60c","eventName":"e"}`;
    const text = requestText(record, record);
    const { bytes } = transcode(text);
    const expected = Buffer.from(bytes);

    for (let capacity = 0; capacity < bytes.length; capacity++) {
      expect(Buffer.from(transcode(text, new ByteWriter(capacity)).bytes).equals(expected)).toBe(true);
    }
  });

  it("forgets what its writer held before", () => {
    const writer = new ByteWriter(16);
    transcode(requestText(`{"body":{"stringValue":"first"}}`), writer);

    expect(transcode("{}", writer).bytes).toHaveLength(0);
    expect(recordsOf(transcode(requestText("{}"), writer))).toEqual([{}]);
  });
});
