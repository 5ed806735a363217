import { describe, expect, it } from "vitest";
import { decodeProtobuf } from "../../../../../tools/standin/decode/decode-protobuf.ts";
import type { LogRecord } from "../../../../../tools/standin/decode/otlp-request.ts";

/** A length-delimited field with a tag of one byte, of at most 16,383 bytes. */
function message(field: number, ...content: number[]): number[] {
  const length = content.length < 128 ? [content.length] : [(content.length & 0x7f) | 0x80, content.length >> 7];
  return [field * 8 + 2, ...length, ...content];
}

/** A request around the content of one LogRecord. */
function requestAround(...record: number[]): Uint8Array {
  return Uint8Array.from(message(1, ...message(2, ...message(2, ...record))));
}

function decodeRecord(...record: number[]): LogRecord {
  return decodeProtobuf(requestAround(...record)).resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
}

const BODY_A = message(5, ...message(1, 0x61));
const BODY_B = message(5, ...message(1, 0x62));

describe("decodeProtobuf", () => {
  it("takes the last of repeated scalars and of repeated string bodies", () => {
    const record = decodeRecord(0x10, 9, ...BODY_A, 0x10, 17, ...BODY_B);

    expect(record).toMatchObject({ severityNumber: 17, body: { kind: "string", value: "b" } });
  });

  it("continues a list that comes in two parts, and replaces a value of another kind", () => {
    const arrayOf = (letter: number) => message(5, ...message(5, ...message(1, ...message(1, letter))));

    expect(decodeRecord(...arrayOf(0x61), ...arrayOf(0x62)).body).toEqual({
      kind: "array",
      values: [
        { kind: "string", value: "a" },
        { kind: "string", value: "b" },
      ],
    });
    expect(decodeRecord(...arrayOf(0x61), ...BODY_B).body).toEqual({ kind: "string", value: "b" });
  });

  it("merges a resource that comes in two parts, wherever it stands", () => {
    const attribute = (letter: number) => message(1, ...message(1, letter));
    const bytes = message(1, ...message(1, ...attribute(0x61)), ...message(2), ...message(1, ...attribute(0x62)));

    const [resourceLogs] = decodeProtobuf(Uint8Array.from(bytes)).resourceLogs;

    expect(resourceLogs!.resource!.attributes.map((pair) => pair.key)).toEqual(["a", "b"]);
  });

  it("passes over unknown fields of every wire type, groups included", () => {
    const unknown = [0xa0, 0x06, 1, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xa2, 0x06, 1, 0, 0xa5, 0x06, 1, 2, 3, 4];
    const group = [0xa3, 0x06, 0x08, 1, 0xa4, 0x06];

    expect(decodeRecord(...unknown, ...group, ...BODY_A).body).toEqual({ kind: "string", value: "a" });
  });

  it.each([
    ["a string that is not UTF-8", message(3, 0xff)],
    ["a known field with another wire type", [0x1d, 1, 2, 3, 4]],
    ["field number 0", [0x00, 1]],
    ["wire type 6", [0x0e, 1]],
    ["a group that another field ends", [0xa3, 0x06, 0xac, 0x06]],
    ["an end without a group", [0xa4, 0x06]],
    ["a varint of eleven bytes", [0x10, ...Array.from({ length: 10 }, () => 0x80), 1]],
    ["a length past the end", [0x1a, 9, 0x61]],
    ["a fixed64 cut short", [0x09, 1, 2, 3]],
  ])("refuses %s", (_name, record) => {
    expect(() => decodeRecord(...record)).toThrow(expect.objectContaining({ name: "DecodeError" }));
  });

  it("refuses an inner field that runs over its message", () => {
    const record = [...message(5, 0x0a, 3, 0x61), 0x62, 0x63];

    expect(() => decodeRecord(...record)).toThrow("delimited length exceeded");
  });

  it("takes 48 nested arrays and refuses 49, at prost's hundred levels", () => {
    const nested = (levels: number) => {
      let value = message(1, 0x61);
      for (let level = 0; level < levels; level++) value = message(5, ...message(1, ...value));
      return message(5, ...value);
    };

    expect(decodeRecord(...nested(48)).body).toMatchObject({ kind: "array" });
    expect(() => decodeRecord(...nested(49))).toThrow("recursion limit reached");
  });

  it("keeps 64-bit integers exact and signed", () => {
    const minimum = [0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1];

    expect(decodeRecord(...message(5, ...minimum)).body).toEqual({ kind: "int", value: -(2n ** 63n) });
  });
});
