/** Numbers and texts that JSON can spell and many parsers bend: the stand-in reads them as its protobuf decoder does. */
import { describe, expect, it } from "vitest";
import { decodeBody } from "../../../../../tools/standin/decode/decode-body.ts";
import { decodeProtobuf } from "../../../../../tools/standin/decode/decode-protobuf.ts";
import type { LogRecord, LogsRequest } from "../../../../../tools/standin/decode/otlp-request.ts";
import type { AnyValueMessage } from "../../../../kit/otlp/otlp-message.ts";
import { encodeLogsRequest, requestOf } from "../../../../kit/otlp/otlp-message.ts";
import { requestText } from "../../../../kit/otlp/transcode-json.ts";

function decode(text: string): LogsRequest | string {
  const result = decodeBody(Buffer.from(text));
  return result.ok ? result.value : result.message;
}

function onlyRecord(request: LogsRequest | string): LogRecord {
  if (typeof request === "string") throw new Error(request);
  return request.resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
}

describe("OTLP/JSON and its protobuf twin", () => {
  it.each<[string, AnyValueMessage]>([
    ['{"doubleValue":-0}', { doubleValue: -0 }],
    ['{"doubleValue":-0.0}', { doubleValue: -0 }],
    ['{"doubleValue":0}', { doubleValue: 0 }],
    ['{"doubleValue":1e-324}', { doubleValue: 0 }],
    ['{"doubleValue":-1e-324}', { doubleValue: -0 }],
    ['{"doubleValue":5e-324}', { doubleValue: 5e-324 }],
    ['{"doubleValue":1e308}', { doubleValue: 1e308 }],
    ['{"doubleValue":1.0}', { doubleValue: 1 }],
    ['{"doubleValue":1e2}', { doubleValue: 100 }],
    ['{"intValue":"9223372036854775807"}', { intValue: "9223372036854775807" }],
    ['{"intValue":"-9223372036854775808"}', { intValue: "-9223372036854775808" }],
    ['{"intValue":"9007199254740993"}', { intValue: "9007199254740993" }],
    ['{"stringValue":"\\ud83e\\udd80"}', { stringValue: "\ud83e\udd80" }],
    ['{"stringValue":"a","stringValue":"b"}', { stringValue: "b" }],
    ['{"__proto__":{"intValue":"1"},"stringValue":"a"}', { stringValue: "a" }],
    [
      '{"kvlistValue":{"values":[{"key":"__proto__","value":{"boolValue":true}}]}}',
      { kvlistValue: { values: [{ key: "__proto__", value: { boolValue: true } }] } },
    ],
  ])("say the same with %s", (text, body) => {
    const twin = onlyRecord(decodeProtobuf(encodeLogsRequest(requestOf([{ body }]))));

    expect(onlyRecord(decode(requestText(`{"body":${text}}`))).body).toEqual(twin.body);
  });
});

describe("a JSON body", () => {
  it.each([
    ["a number beyond the doubles", '{"doubleValue":1e309}', "number out of range"],
    ["a number of another field beyond the doubles", '{"stringValue":"a","other":-1e999}', "number out of range"],
    ["half of a surrogate pair", '{"stringValue":"\\ud83e"}', "lone surrogate"],
    ["half of a surrogate pair in a key", '{"stringValue":"a","\\udd80":1}', "lone surrogate"],
    ["128 containers inside each other", `{"stringValue":"a","x":${"[".repeat(120)}${"]".repeat(120)}}`, "recursion"],
    ["100,000 containers inside each other", `{"x":${"[".repeat(1e5)}${"]".repeat(1e5)}}`, "recursion"],
    ["NaN as text", '{"doubleValue":"NaN"}', "expected a number"],
  ])("fails for %s, as at the destination", (_, text, problem) => {
    expect(decode(requestText(`{"body":${text}}`))).toContain(problem);
  });

  it("may nest 127 containers", () => {
    const text = `{"stringValue":"a","x":${"[".repeat(119)}${"]".repeat(119)}}`;

    expect(onlyRecord(decode(requestText(`{"body":${text}}`))).body).toEqual({ kind: "string", value: "a" });
  });
});
