import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BODY_LEVEL_COMPLETE, BODY_SCAN_BYTES, scanBodyLevel } from "../../../../../src/core/otlp/index/body-level.ts";
import { severityOf } from "../../../../../src/core/otlp/index/record-severity.ts";
import { referenceSeverity } from "../../../../kit/otlp/reference-severity.ts";

function severity(number: number, text = "", body = ""): number {
  const textBytes = Buffer.from(text);
  const bytes = new Uint8Array(Buffer.concat([textBytes, Buffer.from(body)]));
  return severityOf(bytes, number, 0, textBytes.length, textBytes.length, bytes.length);
}

function scan(body: string): number {
  const bytes = new Uint8Array(Buffer.from(body));
  return scanBodyLevel(bytes, 0, bytes.length);
}

describe("severity", () => {
  it("is the number where there is one, and unknown above 24", () => {
    expect([1, 9, 17, 24, 25, 2 ** 31 - 1].map((number) => severity(number, "fatal"))).toEqual([1, 9, 17, 24, 25, 25]);
  });

  it("comes from the text, in any case, where there is no positive number", () => {
    const words = {
      critical: 21,
      fatal: 21,
      CRIT: 21,
      alert: 21,
      emerg: 21,
      error: 17,
      Err: 17,
      eror: 17,
      warn: 13,
      WARNING: 13,
      info: 9,
      information: 9,
      informational: 9,
      debug: 5,
      dbug: 5,
      trace: 1,
      notice: 9,
      "": 9,
      " error": 9,
      errors: 9,
    };
    for (const [word, level] of Object.entries(words)) {
      expect([word, severity(0, word)]).toEqual([word, level]);
      expect(severity(-1, word)).toBe(level);
    }
  });

  it("comes from a JSON body's level before the text", () => {
    expect(severity(0, "", '{"level":"error"}')).toBe(17);
    expect(severity(0, "ERROR", '{"level":"debug"}')).toBe(5);
    expect(severity(0, "ERROR", '{"level":"notice"}')).toBe(17);
  });

  it("is the more severe of number and body level", () => {
    expect(severity(9, "", '{"level":"error"}')).toBe(17);
    expect(severity(18, "", '{"level":"info"}')).toBe(18);
    expect(severity(30, "", '{"level":"info"}')).toBe(25);
  });

  it("is never lowered by a body that was not seen to its end", () => {
    const beyond = `{"level":"debug","text":"${"x".repeat(BODY_SCAN_BYTES)}"}`;
    expect(severity(0, "ERROR", beyond)).toBe(17);
    expect(severity(0, "ERROR", '{"level":"debug"} and more')).toBe(17);
    expect(severity(0, "INFO", '{"level":"fatal"')).toBe(21);
  });

  it("equals the rules with JSON.parse on any object", () => {
    const level = fc.oneof(
      fc.constantFrom("trace", "DEBUG", "Info", "warn", "error", "FATAL", "warning", "", 'er"ror', "\\", "level"),
      fc.integer(),
      fc.constant(null),
      fc.record({ level: fc.constantFrom("error", "fatal") }),
    );
    const object = fc.record(
      {
        text: fc.string(),
        level,
        nested: fc.object({ maxDepth: 2, maxKeys: 3 }),
        severity: level,
        "log.level": level,
        "config.log_level": level,
        log: fc.oneof(level, fc.record({ other: fc.array(fc.record({ level })), level })),
        config: fc.oneof(
          level,
          fc.array(fc.record({ log_level: level })),
          fc.record({ a: fc.object(), log_level: level }),
        ),
      },
      { requiredKeys: [] },
    );
    const body = fc
      .tuple(object, fc.constantFrom(undefined, 1, "\t"), fc.constantFrom("", " ", "\r\n "))
      .map(([value, indent, space]) => space + JSON.stringify(value, null, indent) + space)
      .filter((text) => Buffer.byteLength(text) <= BODY_SCAN_BYTES);
    fc.assert(
      fc.property(
        body,
        fc.integer({ min: -1, max: 26 }),
        fc.constantFrom("", "error", "debug"),
        (text, number, word) => {
          const record = {
            severityNumber: number,
            severityText: Buffer.from(word),
            bodyKind: "string" as const,
            body: Buffer.from(text),
          };
          expect(severity(number, word, text)).toBe(referenceSeverity(record));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("level inside a body", () => {
  it("is looked for only in JSON objects", () => {
    expect(scan('["level","error"]')).toBe(0);
    expect(scan('level "error"')).toBe(0);
    expect(scan("")).toBe(0);
    expect(scan("{}")).toBe(BODY_LEVEL_COMPLETE);
  });

  it("is looked for in the first bytes only, so that long bodies cost no more", () => {
    const pad = (bytes: number): string => `{"a":"${"x".repeat(bytes)}","level":"error"}`;
    expect(scan(pad(100)) & ~BODY_LEVEL_COMPLETE).toBe(17);
    expect(scan(pad(BODY_SCAN_BYTES))).toBe(0);
  });

  it("is not read from other objects, lists or values that look like keys", () => {
    for (const body of ['{"a":{"level":"error"}}', '{"a":["level","error"]}', '{"a":"level","b":"error"}']) {
      expect(scan(body)).toBe(BODY_LEVEL_COMPLETE);
    }
  });

  it("survives any text that begins like an object", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", "]", ",", ":", "level", "error", " ") }),
        (text) => {
          expect(scan(`{${text}`) & ~BODY_LEVEL_COMPLETE).toBeLessThanOrEqual(21);
        },
      ),
    );
  });
});
