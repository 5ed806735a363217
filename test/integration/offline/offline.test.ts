/** The verbs of the built command that need no running instance: replay, signature, and the demo, which brings its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendAll } from "../../kit/otlp/otlp-client.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { lipservice } from "../../kit/product/command-line.ts";
import { productForTest } from "../../kit/product/product.ts";
import { patternOf } from "../../kit/sampling/kept-rows.ts";

interface Decision {
  readonly i: number;
  readonly pattern: string;
  readonly keep: boolean;
  readonly weight: number;
  readonly p: number;
  readonly reason: string;
}

interface Signed {
  readonly line: number;
  readonly record?: number;
  readonly pattern: string;
  readonly template: string;
}

const RECORDS = 6_000;
const START_NANOS = 1_767_225_600_000_000_000n;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lipservice-offline-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** Ten minutes of two services: much of two kinds, a little of a third, and a failure late on. */
function record(i: number): { service: string; severity: string; body: string } {
  if (i === 5_500) return { service: "shop", severity: "ERROR", body: "the cash desk is on fire" };
  if (i % 97 === 0) return { service: "bank", severity: "WARN", body: `transfer ${i} waits for ${i % 50} s` };
  const body = i % 2 === 0 ? `order ${i} accepted by worker ${i % 8}` : `session of user ${i} renewed`;
  return { service: i % 3 === 0 ? "bank" : "shop", severity: "INFO", body };
}

function nanosOf(i: number): string {
  return String(START_NANOS + BigInt(i) * 100_000_000n);
}

function ndjson(): string {
  return Array.from({ length: RECORDS }, (_, i) => {
    const { service, severity, body } = record(i);
    const trace = i % 5 === 0 ? (i + 1).toString(16).padStart(32, "0") : "";
    return JSON.stringify({
      time_unix_nano: nanosOf(i),
      severity_text: severity,
      service,
      trace_id: trace,
      span_id: "",
      body,
    });
  }).join("\n");
}

function otlpJson(): string {
  const batches = Array.from({ length: RECORDS / 100 }, (_, batch) => {
    const members = Array.from({ length: 100 }, (_, k) => batch * 100 + k);
    const resourceLogs = ["shop", "bank"].map((service) => ({
      resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
      scopeLogs: [
        {
          logRecords: members
            .filter((i) => record(i).service === service)
            .map((i) => ({
              timeUnixNano: nanosOf(i),
              severityText: record(i).severity,
              body: { stringValue: record(i).body },
            })),
        },
      ],
    }));
    return JSON.stringify({ resourceLogs });
  });
  return `${batches.join("\n")}\n`;
}

async function replay(
  args: readonly string[],
  name: string,
): Promise<{ decisions: Buffer; stdout: string; stderr: string }> {
  const out = join(directory, name);
  const result = await lipservice(["replay", ...args, "--output", "json", "--decisions", out]);
  expect(result.code, result.stderr).toBe(0);
  return { decisions: readFileSync(out), stdout: result.stdout, stderr: result.stderr };
}

function decisionsOf(bytes: Buffer): Decision[] {
  return bytes
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("lipservice replay", () => {
  it.each(["ndjson", "otlp-json"] as const)(
    "of %s decides the same, byte for byte, every time, and every record once",
    async (format) => {
      const input = file(`records.${format}`, format === "ndjson" ? ndjson() : otlpJson());
      const args = [input, "--format", format, "--set", "sampling.budget.keep_ratio=0.1"];
      const [first, second, seeded] = [
        await replay(args, "first"),
        await replay(args, "second"),
        await replay([...args, "--set", "sampling.seed=another"], "seeded"),
      ];

      expect(second.decisions.equals(first.decisions)).toBe(true);
      expect(second.stdout).toBe(first.stdout);
      expect(seeded.decisions.equals(first.decisions)).toBe(false);
      const decisions = decisionsOf(first.decisions);
      expect(decisions.map(({ i }) => i)).toEqual(Array.from({ length: RECORDS }, (_, i) => i));
      for (const decision of decisions) expectDocumented(decision);
      const summary = JSON.parse(first.stdout);
      expect(summary).toMatchObject({
        received: { records: RECORDS },
        ledger: { received: RECORDS, rejected: 0, error: 0 },
      });
      // The context of its one failure comes on top: a quiet stream may have 64 KiB of it.
      expect(summary.kept.bytes).toBeLessThan(0.1 * summary.received.bytes + 64 * 1024);
      expect(summary.patterns).toMatchObject({ count: 6, first_line_kept: 6 });
      const weights = decisions.reduce((sum, { weight }) => sum + weight, 0);
      expect(Math.abs(weights / RECORDS - 1)).toBeLessThan(0.3);
      expect(decisions.filter(({ reason }) => reason === "error")).toHaveLength(1);
    },
  );

  it("obeys a policy, reads gzip, and counts lines that are none", async () => {
    const policy = {
      ...{ version: "v1", parent: null, author: "user", created: "2026-01-01T00:00:00Z", expires: null },
      ...{ patterns: {}, aliases: {}, baseline_bytes_per_second: {}, evidence: [] },
      rules: [
        { id: "no-sessions", kind: "mute", match: { body_contains: "session" } },
        { id: "transfers", kind: "pin", match: { service: "bank", severity_min: "warn" } },
      ],
    };
    const lines = ndjson().split("\n");
    const broken = [...lines.slice(0, 10), "no JSON", ...lines.slice(10), "[]", ""].join("\r\n");
    const input = file("broken.ndjson.gz", gzipSync(broken));
    const policyFile = file("policy.json", JSON.stringify(policy));
    const args = [input, "--policy", policyFile, "--set", "sampling.budget.keep_ratio=0.1"];
    const { decisions: bytes, stderr, stdout } = await replay(args, "policy");

    expect(stderr).toMatch(/^lipservice: 2 lines were not records; the first: /);
    const decisions = decisionsOf(bytes);
    expect(decisions).toHaveLength(RECORDS);
    for (const { i, keep, reason, p } of decisions) {
      const { body, severity } = record(i);
      if (body.startsWith("session")) expect({ keep, reason, p }).toEqual({ keep: false, reason: "muted", p: 0 });
      if (severity === "WARN") expect({ keep, reason, p }).toEqual({ keep: true, reason: "rule", p: 1 });
    }
    expect(JSON.parse(stdout).ledger.muted).toBe(decisions.filter(({ reason }) => reason === "muted").length);
  });

  it("fails when nothing was a record, and when there is no file", async () => {
    const input = file("nothing.ndjson", "a\nb\n");

    for (const path of [input, file("empty.ndjson", ""), file("metrics.jsonl", '{"resourceMetrics":[]}\n{}\n')]) {
      const result = await lipservice(["replay", path]);

      expect(result).toMatchObject({ code: 1, stdout: "" });
      expect(result.stderr).toContain(`lipservice: ${path} contains no readable log record`);
    }
    expect(await lipservice(["replay", join(directory, "absent.ndjson")])).toMatchObject({ code: 1, stdout: "" });
  });
});

function expectDocumented(decision: Decision): void {
  expect(Object.keys(decision)).toEqual(["i", "pattern", "keep", "weight", "p", "reason"]);
  expect(decision.pattern).toMatch(/^[\w-]{12}$/);
  if (!decision.keep) expect(decision).toMatchObject({ weight: 0, reason: "sampled_out" });
  else if (decision.reason === "context") expect(decision.weight).toBe(0);
  else expect(decision.weight * decision.p).toBeCloseTo(1, 9);
  expect(decision.p).toBeGreaterThan(0);
  expect(decision.p).toBeLessThanOrEqual(1);
}

async function sign(args: readonly string[], stdin: string | Uint8Array): Promise<Signed[]> {
  const result = await lipservice(["signature", ...args], { stdin });
  expect(result).toMatchObject({ code: 0, stderr: "" });
  return result.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("lipservice signature", () => {
  it("of text signs every line in order, blank ones with nothing, carriage returns and headers aside", async () => {
    const signed = await sign(
      [],
      "order 1 accepted\r\n\n2026-01-01T00:00:00Z ERROR order 2 accepted\norder 3 accepted\n   \nlast without a newline 9",
    );

    expect(signed.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(signed.map(({ template }) => template)).toEqual([
      "order <num> accepted",
      "",
      expect.stringContaining("order <num> accepted"),
      "order <num> accepted",
      "",
      "last without a newline <num>",
    ]);
    expect(signed[3]?.pattern).toBe(signed[0]?.pattern);
    expect([signed[1]?.pattern, signed[4]?.pattern]).toEqual(["", ""]);
  });

  it("inflates standard input that begins like gzip", async () => {
    const signed = await sign(["-"], gzipSync("order 1 accepted\norder 2 accepted\n"));

    expect(signed.map(({ template }) => template)).toEqual(["order <num> accepted", "order <num> accepted"]);
  });

  it("of ndjson and of OTLP/JSON names the patterns that the running product stamps", async () => {
    const asNdjson = await sign(["--format", "ndjson"], ndjson());
    const asOtlp = await sign(["--format", "otlp-json", file("sign.otlp", otlpJson())], "");
    const running = await productForTest();
    const records = Array.from({ length: 300 }, (_, i) => ({ ...record(i), i }));
    const request = buildRequest(
      records.map(({ service, severity, body, i }) => ({
        resource: { "service.name": service },
        records: [{ body, severityText: severity, attributes: { i } }],
      })),
    );
    await sendAll(running.targets.slice(0, 1), [request]);
    await running.settled();

    expect(asNdjson.map(({ line }) => line)).toEqual(Array.from({ length: RECORDS }, (_, i) => i + 1));
    const stamped = new Map(running.standin.rows().map((row) => [Number(row.attributes["i"]), patternOf(row)]));
    expect(records.map(({ i }) => stamped.get(i))).toEqual(asNdjson.slice(0, 300).map(({ pattern }) => pattern));
    expect(asOtlp).toHaveLength(RECORDS);
    expect(asOtlp.slice(0, 100).map(({ line, record: index }) => [line, index])).toEqual(
      Array.from({ length: 100 }, (_, index) => [1, index]),
    );
    expect(new Set(asOtlp.map(({ pattern }) => pattern))).toEqual(new Set(asNdjson.map(({ pattern }) => pattern)));
  });

  it("tells on request the id that each line had on arrival", async () => {
    const text = Array.from({ length: 400 }, (_, i) => `user name${i} logged in from the office`).join("\n");
    const learned = await sign([], text);
    const online = await sign(["--online"], text);

    expect(new Set(learned.map(({ pattern }) => pattern)).size).toBe(1);
    expect(online).toHaveLength(400);
    expect(new Set(online.map(({ pattern }) => pattern)).size).toBeGreaterThanOrEqual(1);
    expect(online.at(-1)?.pattern).toBe(learned.at(-1)?.pattern);
  });
});

describe("lipservice demo", () => {
  it("ends after its time with a summary: the ledger exact, every incident caught, counts close to what was sent", async () => {
    // A port of its own: the demo's is 8888 or the next free one, which another demo may take a moment later.
    const { code, stdout, stderr } = await lipservice(["demo", "--duration", "20", "--port", "0"]);

    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ledger {5}received \d+ \+ generated \d+ = .*: off by 0$/m);
    expect(stdout).toMatch(/^incidents {2}6 planted, 6 caught$/m);
    expect(stdout).not.toContain("MISSED");
    const error = Number(/the weights say \d+ records: ([+-][\d.]+) % of what was sent/.exec(stdout)?.[1]);
    // Twenty seconds of bursts, a twelfth kept: 5 % is one standard error. How exact weights are is another test's matter.
    expect(Math.abs(error)).toBeLessThan(40);
  });
});
