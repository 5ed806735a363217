/** The transcoder against protobufjs, and against JSON.parse for what is JSON at all. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../src/core/otlp/wire/decode-error.ts";
import { JsonCursor } from "../../../src/core/otlp-json/json-cursor.ts";
import { transcodeLogsJson } from "../../../src/core/otlp-json/transcode-logs-json.ts";
import { logsRequest } from "../../kit/otlp/otlp-arbitraries.ts";
import { OtlpJsonWriter, seededRandom } from "../../kit/otlp/otlp-json-writer.ts";
import { ExportLogsServiceRequest } from "../../kit/otlp/otlp-schema.ts";
import { readRequest, recordsOf, requestText, transcode } from "../../kit/otlp/transcode-json.ts";

const seed = fc.integer();
const encoder = new TextEncoder();

describe("transcodeLogsJson", () => {
  it("writes what protobufjs would have written of the same request", () => {
    fc.assert(
      fc.property(logsRequest, seed, (message, choices) => {
        const text = new OtlpJsonWriter(choices).write(ExportLogsServiceRequest, message);
        const { request, rejected } = transcode(text);
        const expected = ExportLogsServiceRequest.encode(ExportLogsServiceRequest.fromObject(message)).finish();

        expect(rejected).toBe(0);
        expect(request).toEqual(readRequest(expected));
      }),
      { numRuns: 400 },
    );
  });

  it("writes the shortest encoding", () => {
    fc.assert(
      fc.property(logsRequest, seed, (message, choices) => {
        const { bytes } = transcode(new OtlpJsonWriter(choices).write(ExportLogsServiceRequest, message));

        expect(bytes).toHaveLength(
          ExportLogsServiceRequest.encode(ExportLogsServiceRequest.decode(bytes)).finish().length,
        );
      }),
    );
  });

  it("throws nothing but DecodeError, and writes nothing but protobuf, whatever happens to its input", () => {
    fc.assert(
      fc.property(logsRequest, seed, (message, choices) => {
        const text = encoder.encode(new OtlpJsonWriter(choices).write(ExportLogsServiceRequest, message));
        const random = seededRandom(choices);
        for (let round = 0; round < 20; round++) expectTextOrDecodeError(mutate(text, random));
      }),
      { numRuns: 300 },
    );
  });

  it("refuses every truncation, whatever lies in the buffer behind it", () => {
    fc.assert(
      fc.property(logsRequest, seed, (message, choices) => {
        const text = encoder.encode(new OtlpJsonWriter(choices).write(ExportLogsServiceRequest, message).trimEnd());
        for (let length = 0; length < text.length; length += 1 + (length >> 4)) {
          expect(() => transcodeLogsJson(text, length)).toThrow(DecodeError);
          expect(() => transcode(text.subarray(0, length))).toThrow(DecodeError);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("repairs UTF-8 as TextDecoder does", () => {
    const anyByte = fc.integer({ min: 0x20, max: 0xff }).filter((byte) => byte !== 0x22 && byte !== 0x5c);
    const oftenLong = fc.oneof(anyByte, fc.constantFrom(0xe0, 0xed, 0xf0, 0xf4, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf));
    const [head = "", tail = ""] = requestText(`{"body":{"stringValue":"|"}}`).split("|");
    fc.assert(
      fc.property(fc.array(oftenLong, { maxLength: 40 }), (raw) => {
        const bytes = Uint8Array.from(raw);
        const text = Uint8Array.from([...encoder.encode(head), ...bytes, ...encoder.encode(tail)]);

        // The decoder would take a leading U+FEFF for a byte order mark; inside a string it is text.
        const stringValue = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
        expect(recordsOf(transcode(text))[0]).toEqual({ body: { stringValue } });
      }),
      { numRuns: 2000 },
    );
  });
});

describe("JsonCursor", () => {
  it("takes for JSON exactly what JSON.parse takes", () => {
    const pieces = fc.constantFrom(
      ...'{}[]:," \n-+.eE019\\u',
      "true",
      "false",
      "null",
      '"a"',
      '"\\u00e9"',
      '{"a":',
      "[1,",
      "\u0007",
      "é",
    );
    const soup = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
    const mutated = fc.tuple(fc.json(), seed).map(([json, choices]) => {
      return new TextDecoder().decode(mutate(encoder.encode(json), seededRandom(choices)));
    });
    fc.assert(
      fc.property(fc.oneof(fc.json(), soup, mutated), (text) => {
        expect(isSkipped(text)).toBe(isParsed(text));
      }),
      { numRuns: 5000 },
    );
  });
});

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isSkipped(text: string): boolean {
  const bytes = encoder.encode(text);
  const cursor = new JsonCursor(bytes, bytes.length);
  try {
    cursor.skipValue();
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return false;
  }
  return cursor.peek() === -1;
}

/** Overwrites, removes or repeats a few bytes. */
function mutate(source: Uint8Array, random: () => number): Uint8Array {
  const bytes = [...source];
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * bytes.length);
    const kind = random();
    if (kind < 0.4) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.7) bytes.splice(at, 1 + Math.floor(random() * 4));
    else bytes.splice(at, 0, ...bytes.slice(at - 5, at + Math.floor(random() * 10)));
  }
  return Uint8Array.from(bytes);
}

function expectTextOrDecodeError(text: Uint8Array): void {
  try {
    // Reading back fails when the output is no protobuf.
    transcode(text);
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
  }
}
