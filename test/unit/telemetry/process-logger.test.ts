import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/config/secret.ts";
import type { LogLevel, ProcessLogger } from "../../../src/telemetry/process-logger.ts";
import { createLogger } from "../../../src/telemetry/process-logger.ts";

function loggerAt(level: LogLevel): {
  logger: ProcessLogger;
  lines: string[];
  parsed: () => Record<string, unknown>[];
} {
  const lines: string[] = [];
  const logger = createLogger({ level }, { write: (line) => lines.push(line) });
  return { logger, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("createLogger", () => {
  it("prints a line of JSON with level, time, fields and message", () => {
    const { logger, parsed } = loggerAt("info");

    logger.info({ entries: 3 }, "queue recovered");

    expect(parsed()).toEqual([
      { level: "info", time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), entries: 3, message: "queue recovered" },
    ]);
  });

  it("prints nothing below its level, and follows a change of it in children too", () => {
    const { logger, parsed } = loggerAt("warn");
    const child = logger.child({ component: "queue" });

    child.info({}, "before");
    logger.setLevel("info");
    child.info({}, "after");
    child.debug({}, "still below");

    expect(parsed().map(({ message }) => message)).toEqual(["after"]);
  });

  it("prints bindings of all parents once, the nearest value winning", () => {
    const { logger, lines, parsed } = loggerAt("info");

    logger.child({ component: "queue", part: "a" }).child({ part: "b" }).info({ component: "store" }, "hello");

    expect(parsed()[0]).toMatchObject({ component: "store", part: "b" });
    expect(lines[0]?.match(/"component"/g)).toHaveLength(1);
  });

  it("keeps a message with control and bidirectional characters on one printable line", () => {
    const { logger, lines, parsed } = loggerAt("info");
    const hostile = "a\nb\u001b[2Jc\u009bd\u2028e\u202ef";

    logger.info({ hostile }, hostile);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[\u0020-\u007e]+\n$/);
    expect(parsed()[0]).toMatchObject({ hostile, message: hostile });
  });

  it("shows no value whose name says secret, and no Secret whatever its name", () => {
    const { logger, lines, parsed } = loggerAt("info");
    const canary = "phc_canary";

    logger.info(
      {
        api_key: canary,
        apiKey: canary,
        adminToken: canary,
        headers: { authorization: canary, "x-api-key": canary },
        host: new Secret(canary),
        body: new TextEncoder().encode(canary),
      },
      "started",
    );

    expect(lines.join("")).not.toContain(canary);
    expect(parsed()[0]).toMatchObject({ api_key: "[redacted]", host: "[redacted]", body: "[10 bytes]" });
  });

  it("shows of an error its type, code, message and causes, and nothing hung on it", () => {
    const { logger, parsed } = loggerAt("info");
    const cause = Object.assign(new TypeError("inner"), { request: { body: "canary" } });
    const error = Object.assign(new Error("outer", { cause }), { code: "ECONNRESET", response: "canary" });

    logger.error({ error }, "send failed");

    expect(parsed()[0]?.["error"]).toEqual({
      type: "Error",
      code: "ECONNRESET",
      message: "outer",
      cause: { type: "TypeError", message: "inner" },
    });
  });

  it("bounds text, lists, fields and depth", () => {
    const { logger, lines } = loggerAt("info");
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, "x".repeat(10_000)]));

    logger.info(
      { wide, list: Array.from({ length: 1000 }, () => "y".repeat(10_000)), deep: { a: { b: { c: 1 } } } },
      "big",
    );

    expect(lines[0]!.length).toBeLessThan(40_000);
    expect(lines[0]).toContain('"a":{"b":"[…]"}');
  });

  it("renames fields that would pass for the line's own", () => {
    const { logger, parsed } = loggerAt("info");

    logger.info({ level: "fatal", time: "never", message: "other" }, "real");

    expect(parsed()[0]).toMatchObject({
      level: "info",
      message: "real",
      level_: "fatal",
      time_: "never",
      message_: "other",
    });
  });

  it("prints numbers that JSON has no word for by name", () => {
    const { logger, parsed } = loggerAt("info");

    logger.info({ ratio: Number.NaN, budget: Number.POSITIVE_INFINITY, big: 10n }, "numbers");

    expect(parsed()[0]).toMatchObject({ ratio: "NaN", budget: "Infinity", big: "10" });
  });
});
