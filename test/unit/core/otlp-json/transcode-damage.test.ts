import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../../src/core/otlp/wire/decode-error.ts";
import { recordsOf, requestText, transcode } from "../../../kit/otlp/transcode-json.ts";

const GOOD = `{"body":{"stringValue":"good"}}`;
const GOOD_RECORD = { body: { stringValue: "good" } };

function nestedArrays(levels: number): string {
  return `${'{"arrayValue":{"values":['.repeat(levels - 1)}{"stringValue":"core"}${"]}}".repeat(levels - 1)}`;
}

function nestedLists(levels: number): string {
  return `${'{"kvlistValue":{"values":[{"key":"k","value":'.repeat(levels - 1)}{"stringValue":"core"}${"}]}}".repeat(levels - 1)}`;
}

describe("a record with a wrong type", () => {
  it.each([
    ["a body that is a number", `{"body":5}`],
    ["a body that is text", `{"body":"secret"}`],
    ["a time that is a boolean", `{"timeUnixNano":true}`],
    ["an integer that is none", `{"body":{"intValue":"3.f14"}}`],
    ["a string that is a number", `{"body":{"stringValue":5}}`],
    ["a boolean that is text", `{"body":{"boolValue":"true"}}`],
    ["bytes that are no base64", `{"body":{"bytesValue":"secret!"}}`],
    ["bytes with a sextet too many", `{"body":{"bytesValue":"AAAAA"}}`],
    ["an id that is a number", `{"traceId":5}`],
    ["attributes that are an object", `{"attributes":{"secret":"x"}}`],
    ["an attribute that is text", `{"attributes":["secret"]}`],
    ["an attribute with a bad value", `{"attributes":[{"key":"secret","value":{"doubleValue":[]}}]}`],
    ["an attribute whose key is a number", `{"attributes":[{"key":5}]}`],
    ["an array whose values are an object", `{"body":{"arrayValue":{"values":{}}}}`],
    ["an array with a number in it", `{"body":{"arrayValue":{"values":[1]}}}`],
    ["no object", `"secret"`],
    ["no object but an array", `[{}]`],
    ["null", `null`],
  ])("is left out alone: %s", (_, bad) => {
    const readBack = transcode(requestText(GOOD, bad, GOOD));

    expect(readBack.rejected).toBe(1);
    expect(recordsOf(readBack)).toEqual([GOOD_RECORD, GOOD_RECORD]);
    expect(readBack.message).toMatch(/^Cannot read a log record: (its|it|an) [^.]+$/);
    expect(readBack.message).not.toContain("secret");
  });

  it("is named by the first problem of the first of them", () => {
    const readBack = transcode(requestText(`{"flags":-1,"body":5}`, GOOD, `{"body":5}`, `7`));

    expect(readBack.rejected).toBe(3);
    expect(readBack.message).toBe("Cannot read a log record: its flags is not an unsigned 32-bit integer");
  });

  it("does not hide damage of the syntax inside it", () => {
    expect(() => transcode(requestText(`{"body":5,"flags":01}`))).toThrow(DecodeError);
    expect(() => transcode(requestText(`{"body":[1,]}`))).toThrow(DecodeError);
  });

  it("leaves no trace when all are left out", () => {
    expect(transcode(requestText("1", "2")).request).toEqual({ resourceLogs: [{ scopeLogs: [{}] }] });
  });
});

describe("a request with wrong types above its records", () => {
  it.each([
    `[]`,
    `null`,
    `"x"`,
    `1234`,
    `{"resourceLogs":{}}`,
    `{"resourceLogs":"x"}`,
    `{"resourceLogs":[1]}`,
    `{"resourceLogs":[[]]}`,
    `{"resourceLogs":[{"resource":[]}]}`,
    `{"resourceLogs":[{"resource":{"attributes":[{"key":5}]}}]}`,
    `{"resourceLogs":[{"resource":{"attributes":[{"value":{"intValue":"x"}}]}}]}`,
    `{"resourceLogs":[{"resource":{"entityRefs":[{"idKeys":[5]}]}}]}`,
    `{"resourceLogs":[{"schemaUrl":5}]}`,
    `{"resourceLogs":[{"scopeLogs":true}]}`,
    `{"resourceLogs":[{"scopeLogs":[{"scope":"x"}]}]}`,
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":{}}]}]}`,
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}],"schemaUrl":5}]}]}`,
  ])("is refused: %s", (text) => {
    expect(() => transcode(text)).toThrow(DecodeError);
  });
});

describe("text that is not JSON", () => {
  it.each([
    ``,
    ` `,
    `{`,
    `}`,
    `{}}`,
    `{} {}`,
    `{"a"}`,
    `{"a":}`,
    `{"a":1,}`,
    `{,}`,
    `{a:1}`,
    `{'a':1}`,
    `{"a" 1}`,
    `{"a":1 "b":2}`,
    `{"a":[1 2]}`,
    `{"a":[1,]}`,
    `{"a":[}`,
    `{"a":{]}`,
    `{"a":[1}`,
    `{"a":01}`,
    `{"a":-}`,
    `{"a":1.}`,
    `{"a":.5}`,
    `{"a":1e}`,
    `{"a":+1}`,
    `{"a":NaN}`,
    `{"a":tru}`,
    `{"a":truex}`,
    `{"a":nul}`,
    `{"a":"\\x"}`,
    `{"a":"\\u12g4"}`,
    `{"a":"\\u123"}`,
    `{"a":"\\`,
    `{"a":"x`,
    `{"a":"line\nbreak"}`,
    `{"resourceLogs":[{"schemaUrl":"tab\there"}]}`,
    `{"resourceLogs":[{"schemaUrl":"\\q"}]}`,
    `{"resourceLogs":[{"schemaUrl":"x`,
    `{"resourceLogs":[{"schemaUrl":"x\\`,
    `{"resourceLogs":[{"schemaUrl":nul}]}`,
    `{"resourceLogs":nulll}`,
    `{"resourceLogs":[{},]}`,
    `{"resourceLogs":[{} {}]}`,
    `{"resourceLogs"`,
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"5b8efff798038103d269b633813fc60c`,
    `{} // comment`,
    `\0{}`,
  ])("is refused: %j", (text) => {
    expect(() => transcode(text)).toThrow(DecodeError);
  });

  it("is what a control character makes of a string, wherever it stands", () => {
    for (let code = 0; code < 0x20; code++) {
      for (const at of [0, 1, 2, 3, 4, 7, 8]) {
        const text = `${"a".repeat(at)}${String.fromCharCode(code)}${"a".repeat(8 - at)}`;

        expect(() => transcode(`{"unknown":"${text}"}`)).toThrow(DecodeError);
        expect(() => transcode(`{"resourceLogs":[{"schemaUrl":"${text}"}]}`)).toThrow(DecodeError);
      }
    }
  });

  it("is refused with the position of the damage and without its text", () => {
    const text = `{"resourceLogs":[secret]}`;

    expect(() => transcode(text)).toThrow(
      expect.objectContaining({ offset: 17, message: expect.not.stringContaining("secret") }),
    );
  });
});

describe("nesting", () => {
  it.each([
    ["arrays", nestedArrays],
    ["lists", nestedLists],
  ])("of %s is kept up to 32 levels of AnyValue", (_, nested) => {
    const readBack = transcode(requestText(`{"body":${nested(32)}}`));

    expect(readBack.rejected).toBe(0);
    expect(JSON.stringify(recordsOf(readBack))).toContain("core");
  });

  it.each([33, 34, 100, 240])("of %i levels costs its record alone", (levels) => {
    for (const nested of [nestedArrays, nestedLists]) {
      const bad = [`{"body":${nested(levels)}}`, `{"attributes":[{"key":"k","value":${nested(levels)}}]}`];
      const readBack = transcode(requestText(GOOD, ...bad, GOOD));

      expect(readBack.rejected).toBe(2);
      expect(readBack.message).toBe("Cannot read a log record: its values nest deeper than 32 levels");
      expect(recordsOf(readBack)).toEqual([GOOD_RECORD, GOOD_RECORD]);
    }
  });

  it("of a resource's value beyond 32 levels costs the request", () => {
    const attribute = `{"key":"k","value":${nestedArrays(33)}}`;

    expect(() => transcode(`{"resourceLogs":[{"resource":{"attributes":[${attribute}]}}]}`)).toThrow(DecodeError);
  });

  it.each([
    ["[", `{"unknown":`],
    [`{"a":`, `{"unknown":`],
    [`{"arrayValue":{"values":[`, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":`],
    [`{"resourceLogs":[`, ``],
  ])("of five million %s is refused", (level, head) => {
    const text = Buffer.from(head + level.repeat(5_000_000));

    expect(() => transcode(text)).toThrow(/deeper than 1000 levels|is not an array/);
  });

  it("may be 1000 levels deep in unknown fields, and no deeper", () => {
    const deep = (levels: number): string => `{"unknown":${"[".repeat(levels)}${"]".repeat(levels)}}`;

    expect(transcode(deep(999)).bytes).toHaveLength(0);
    expect(() => transcode(deep(1000))).toThrow(DecodeError);
  });
});
