/** What `replay` and `signature` read: which format it is, compressed or not, and what in it is no record. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lipservice } from "../../kit/product/command-line.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lipservice-recorded-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, ...lines: readonly string[]): string {
  const path = join(directory, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

const GOOD = { timeUnixNano: "1767225600000000000", body: { stringValue: "order 1 accepted" } };
const BAD = { traceId: 7 };
const NDJSON = '{"time_unix_nano":"1767225600000000000","body":"order 1 accepted"}';

function request(...logRecords: readonly object[]): string {
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

async function received(path: string, stdin: string | Uint8Array = ""): Promise<number> {
  const { code, stdout, stderr } = await lipservice(["replay", path, "--output", "json"], { stdin });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).received.records;
}

describe("lipservice replay", () => {
  it("knows the format by the content, whatever the file is called, also of compressed standard input", async () => {
    expect(await received(file("renamed.jsonl", NDJSON, NDJSON))).toBe(2);
    expect(await received(file("no.ndjson.json", request(GOOD, GOOD, GOOD)))).toBe(3);
    expect(await received("-", gzipSync(request(GOOD)))).toBe(1);
    expect(await received("-", gzipSync(NDJSON))).toBe(1);
  });

  it("counts objects that are no record of the format, and decides the rest", async () => {
    const input = file("strange.log", '{"message":"of another program"}', NDJSON, request(), NDJSON);
    const { code, stdout, stderr } = await lipservice(["replay", input, "--output", "json"]);

    expect(code).toBe(0);
    expect(stderr).toMatch(/^lipservice: 2 lines were not records; the first: the line is a JSON object without a key/);
    expect(JSON.parse(stdout)).toMatchObject({ received: { records: 2 } });
  });

  it.each([
    ["nothing", []],
    ["text", ["a", "b"]],
    ["other signals", ['{"resourceMetrics":[]}', "{}"]],
    ["requests without a record", [request()]],
    ["rejected records", [request(BAD)]],
  ])("fails with a sentence when the file holds only %s", async (kind, lines) => {
    const path = file(`${kind}.json`, ...lines);
    const result = await lipservice(["replay", path]);

    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain(`lipservice: ${path} contains no readable log record`);
  });

  it("gives a rejected record its line and its number, so that later ones keep theirs", async () => {
    const input = file("rejected.json", request(BAD, GOOD, BAD, BAD, GOOD, BAD), request(GOOD), request(BAD));
    const out = join(directory, "decisions");
    const { stdout } = await lipservice(["replay", input, "--output", "json", "--decisions", out]);
    const decisions = readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

    expect(decisions.map(({ i }) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(decisions.map(({ keep }) => keep)).toEqual([false, true, false, false, true, false, true, false]);
    expect(decisions[3]).toEqual({ i: 3, pattern: "", keep: false, weight: 0, p: 0, reason: "rejected" });
    expect(JSON.parse(stdout)).toMatchObject({ received: { records: 8 }, ledger: { rejected: 5, error: 0 } });
  });
});

describe("lipservice signature", () => {
  it("inflates standard input that begins like gzip", async () => {
    const { stdout } = await lipservice(["signature", "-"], {
      stdin: gzipSync("order 1 accepted\norder 2 accepted\n"),
    });

    expect(stdout.match(/"order <num> accepted"/g)).toHaveLength(2);
  });

  it("signs a record that cannot be read with nothing, and numbers the others as they stand", async () => {
    const input = file("signed.json", request(BAD, GOOD, BAD), request(GOOD));
    const { stdout } = await lipservice(["signature", input, "--format", "otlp-json"]);
    const signed = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

    expect(signed.map(({ line, record, template }) => [line, record, template])).toEqual([
      [1, 0, ""],
      [1, 1, "order <num> accepted"],
      [1, 2, ""],
      [2, 0, "order <num> accepted"],
    ]);
  });
});
