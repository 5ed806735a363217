import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Config } from "../../../src/config/config.ts";
import { parsePolicyDocument } from "../../../src/config/policy-document.ts";
import { printConfig } from "../../../src/config/print.ts";
import { formatBytes, formatDuration, parseBytes, parseDuration } from "../../../src/config/units.ts";
import type { PolicyDocument } from "../../../src/model/policy.ts";
import { loaded } from "../../kit/config-host.ts";

/** Text without the two characters that mean something to substitution, and without those that YAML cannot hold. */
const plainText = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
  .filter((value) => value.trim() === value && !/[$\p{C}\u2028\u2029]/u.test(value) && value !== "__proto__");
const size = fc.integer({ min: 1024, max: 2 ** 34 });
const time = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2099-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const ratio = fc.double({ min: 0.001, max: 1, noNaN: true });

/** Whole thousands would be sizes with a unit; what is tiny is written with an exponent. */
const linesPerMinute = fc.oneof(
  fc.double({ min: 0.01, max: 1e6, noNaN: true }),
  fc.integer({ min: 1, max: 1e6 }),
  fc.constantFrom(1000, 1024, 64_000, 1e6, 2 ** 20, 1e-7, 2.5e-9),
);

const rule = fc
  .record(
    {
      match: fc.record(
        {
          service: plainText,
          severity_min: fc.oneof(fc.constantFrom("trace", "warn", "fatal"), fc.integer({ min: 1, max: 24 })),
          body_contains: plainText,
          attributes: fc.dictionary(plainText, plainText, { maxKeys: 3, noNullPrototype: true }),
        },
        { requiredKeys: ["service"] },
      ),
      kindAndValue: fc.oneof(
        fc.constant({ kind: "pin" as const }),
        fc.constant({ kind: "mute" as const }),
        fc.record({ kind: fc.constant("cap" as const), value: size }),
        fc.record({ kind: fc.constant("floor" as const), value: linesPerMinute }),
      ),
      expires: time,
      reason: plainText,
    },
    { requiredKeys: ["match", "kindAndValue"] },
  )
  .map(({ kindAndValue, ...rest }) => ({ ...rest, ...kindAndValue }));

const rules = fc
  .array(rule, { maxLength: 4 })
  .map((items) => items.map((item, index) => ({ id: `r${index}`, ...item })));

/** Valid configurations, as people could write them. */
const configuration = fc.record(
  {
    receivers: fc.record({
      otlp: fc.record({
        protocols: fc.record(
          {
            grpc: fc.record({
              endpoint: fc.constantFrom("127.0.0.1:5317", "[::1]:0"),
              max_recv_msg_size_mib: fc.integer({ min: 1, max: 1024 }),
            }),
            http: fc.record({
              endpoint: fc.constantFrom("localhost:5318", "127.0.0.1:0"),
              max_request_body_size: size.map((bytes) => bytes % 2 ** 30 || 4096).map((bytes) => Math.max(bytes, 1024)),
            }),
          },
          { requiredKeys: ["http"] },
        ),
        trust_weights: fc.array(fc.constantFrom("10.0.0.0/8", "::1", "identity:gateway"), { maxLength: 3 }),
      }),
    }),
    sampling: fc.record(
      {
        budget: fc.record(
          {
            keep_ratio: ratio,
            bytes_per_second: size,
            gb_per_day: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
            price_per_gb: ratio,
          },
          { requiredKeys: ["keep_ratio"] },
        ),
        mode: fc.constantFrom("enforce", "observe"),
        services: fc.dictionary(
          plainText,
          fc.record(
            { mode: fc.constantFrom("enforce", "observe"), budget: fc.record({ keep_ratio: ratio }) },
            { requiredKeys: [] },
          ),
          { maxKeys: 3, noNullPrototype: true },
        ),
        rules,
        stamp: fc.constantFrom("minimal", "full", "none"),
        context: fc.record({ max_bytes: size, window: fc.integer({ min: 1000, max: 600_000 }).map(formatDuration) }),
      },
      { requiredKeys: ["budget"] },
    ),
    exporters: fc.record(
      {
        posthog: fc.record({ timeout: fc.integer({ min: 1, max: 600 }) }),
        file: fc.record({ path: plainText }),
        debug: fc.constant({}),
      },
      { requiredKeys: ["posthog"] },
    ),
    policy: fc.record({ path: plainText, source: fc.constantFrom("file", "url:https://h/p.json") }),
    queue: fc.record({ directory: plainText, durability: fc.constantFrom("memory", "process", "fsync") }),
    recluster: fc.record({ enabled: fc.constantFrom("auto", true, false), interval: fc.constantFrom("15m", "90s") }),
    limits: fc.record({ memory: fc.oneof(fc.constant("auto"), fc.integer({ min: 2 ** 26, max: 2 ** 33 })) }),
  },
  { requiredKeys: [] },
);

/** Secrets compare as what they print as: all alike. */
function comparable(config: Config): unknown {
  return JSON.parse(JSON.stringify(config));
}

describe("configuration", () => {
  it("printed and read again is the same configuration", async () => {
    await fc.assert(
      fc.asyncProperty(configuration, async (written) => {
        const config = await loaded(stringify(written));
        const again = await loaded(
          (await printConfig(config)).replaceAll("$", "$$$$").replaceAll("[redacted]", "phc_secret"),
          { env: {} },
        );

        expect(comparable(again)).toEqual(comparable(config));
        expect(await printConfig(again)).toBe(await printConfig(config));
      }),
      { numRuns: 60 },
    );
  });
});

describe("units", () => {
  it("printed and read again are the same number", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), (number) => {
        expect(parseBytes(String(formatBytes(number)))).toBe(number);
        expect(parseDuration(formatDuration(number))).toBe(number);
      }),
    );
  });
});

const patternId = fc.string({ unit: fc.constantFrom(..."abcXYZ019_-"), minLength: 12, maxLength: 12 });
const name = fc.string({ unit: "grapheme", maxLength: 40 });
const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const versionName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const keyed = <T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(
    key.filter((text) => text !== "__proto__"),
    value,
    { maxKeys: 5, noNullPrototype: true },
  );

const policyDocument: fc.Arbitrary<PolicyDocument> = fc.record({
  version: versionName,
  parent: fc.option(versionName),
  author: fc.constantFrom("user" as const, "recluster" as const, "llm" as const, "rollback" as const),
  created: time,
  expires: fc.option(time),
  rules,
  patterns: keyed(
    patternId,
    fc.record(
      {
        template: name,
        service: name,
        severity: name,
        value: amount,
        floor_per_minute: amount,
        family: name,
        baseline: amount,
      },
      { requiredKeys: ["template", "service", "severity"] },
    ),
  ),
  aliases: keyed(patternId, patternId),
  baseline_bytes_per_second: keyed(name, amount),
  evidence: fc.array(fc.record({ pattern: name, change: name, because: name, numbers: keyed(name, amount) }), {
    maxLength: 3,
  }),
});

describe("policy document", () => {
  it("printed and read again is the same document", () => {
    fc.assert(
      fc.property(policyDocument, (document) => {
        // -0 is a number that JSON writes as 0.
        const plain: PolicyDocument = JSON.parse(JSON.stringify(document));
        expect(parsePolicyDocument(JSON.stringify(document))).toEqual({ ok: true, document: plain });
      }),
      { numRuns: 100 },
    );
  });
});
