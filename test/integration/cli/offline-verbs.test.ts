import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import packageJson from "../../../package.json" with { type: "json" };
import { lipservice } from "../../kit/product/command-line.ts";

const KEY = { POSTHOG_API_KEY: "phc_test_key" };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lipservice-cli-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe("lipservice", () => {
  it("prints its version", async () => {
    expect(await lipservice(["--version"])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
    expect((await lipservice(["version"])).stdout).toBe(
      `lipservice ${packageJson.version} (node ${process.version})\n`,
    );
    expect(JSON.parse((await lipservice(["version", "--output", "json"])).stdout)).toEqual({
      version: packageJson.version,
      node: process.version,
    });
  });

  it("prints help on standard output when asked, on standard error with code 2 when nothing was", async () => {
    const asked = await lipservice(["--help"]);
    const lost = await lipservice([]);

    expect(asked).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("print-config") });
    expect(lost).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("print-config") });
    expect((await lipservice(["help", "validate"])).stdout).toContain("--deny-warnings");
  });

  it.each([
    [["valdate"], "lipservice: unknown command 'valdate' (Did you mean validate?); see lipservice --help\n"],
    [
      ["validate", "--confg", "x"],
      "lipservice: unknown option '--confg' (Did you mean --config?); see lipservice validate --help\n",
    ],
    [
      ["version", "--output", "xml"],
      "lipservice: option '--output <format>' argument 'xml' is invalid. Allowed choices are table, json.; see lipservice version --help\n",
    ],
    [["bypass"], "lipservice: bypass needs exactly one of --for, --end and --list; see lipservice bypass --help\n"],
    [
      ["bypass", "--for", "soon"],
      "lipservice: --for is not a duration; wanted one such as 30m; see lipservice bypass --help\n",
    ],
    [
      ["policy", "rule", "add"],
      "lipservice: required option '--kind <kind>' not specified; see lipservice policy --help\n",
    ],
    [
      ["health", "--admin", "ftp://x"],
      "lipservice: --admin is not an address; wanted one such as http://127.0.0.1:8888\n",
    ],
  ])("answers the wrong usage %j with code 2 and one sentence", async (args, stderr) => {
    expect(await lipservice(args)).toEqual({ code: 2, stdout: "", stderr });
  });
});

describe("lipservice validate", () => {
  it("says what would run, and why in that mode", async () => {
    const config = file("good.yaml", "sampling: { budget: { keep_ratio: 0.2 } }\n");

    expect(await lipservice(["validate", "--config", config], { env: KEY })).toEqual({
      code: 0,
      stdout: "valid: mode enforce, because a budget is configured; 0 warnings\n",
      stderr: "",
    });
    expect((await lipservice(["validate"], { env: KEY })).stdout).toBe(
      "valid: mode observe, because no budget is configured: every record is forwarded; 0 warnings\n",
    );
    const ofService = ["validate", "--set", "sampling.services.web.budget.keep_ratio=0.1"];
    expect((await lipservice(ofService, { env: KEY })).stdout).toBe(
      "valid: mode observe, because no budget is configured for all services; enforce for web: every record of other services is forwarded; 0 warnings\n",
    );
    const json = JSON.parse((await lipservice([...ofService, "--output", "json"], { env: KEY })).stdout);
    expect(json).toMatchObject({ mode: "observe", mode_origin: "no_budget", mode_exceptions: { web: "enforce" } });
  });

  it("lists all errors with their places, and fails", async () => {
    const config = file("bad.yaml", "recievers: {}\nsampling:\n  max_patterns: 5\nexporters: { debug: }\n");
    const result = await lipservice(["validate", config, "--set", "queue.max_bytes=5"]);

    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr.split("\n")).toEqual([
      expect.stringMatching(`^error: ${config}:1:1: "recievers" is not a setting .*did you mean "receivers"`),
      `error: ${config}:3:17: sampling.max_patterns is 5; wanted a whole number from 10 to 1000000`,
      "error: --set queue.max_bytes: queue.max_bytes is 5; wanted a size from 64KiB to 16TiB, such as 64MiB or 900KB",
      "invalid: 3 errors, 0 warnings",
      "",
    ]);
  });

  it("reports as JSON, warnings apart", async () => {
    const config = file("warned.yaml", "fleet: { redis_url: redis://cache }\n");
    const result = await lipservice(["validate", config, "--output", "json"], { env: KEY });

    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      valid: true,
      mode: "observe",
      mode_origin: "no_budget",
      errors: [],
      warnings: [{ file: config, line: 1, column: 21, path: "fleet.redis_url", suggestion: null }],
    });
    expect((await lipservice(["validate", config, "--deny-warnings"], { env: KEY })).code).toBe(1);
  });

  it("refuses a policy document with sentences", async () => {
    const policy = file("policy.json", '{ "version": "1", "rulez": [] }');
    const result = await lipservice(["validate", "--policy", policy], { env: KEY });

    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      `error: ${policy}: "rulez" is not a key of a policy document in this version (did you mean "rules"?)\n`,
    );
    expect((await lipservice(["validate", "--policy", join(directory, "none")], { env: KEY })).stderr).toContain(
      "cannot be read: it does not exist",
    );
  });

  it("reads YAML from a variable, and refuses to run without a destination", async () => {
    const env = { OVERLAY: "sampling: { mode: enforced }" };
    const result = await lipservice(["validate", "--config", "env:OVERLAY"], { env });

    expect(result.stderr).toContain(
      "error: env:OVERLAY:1:19: sampling.mode is enforced; wanted enforce or observe (did you mean enforce?)",
    );
    expect(result.stderr).toContain("exporters.posthog.api_key is not set, and no other exporter is configured");
  });
});

describe("lipservice print-config", () => {
  it("prints what validate then takes", async () => {
    const printed = await lipservice(["print-config", "--set", "sampling.budget.keep_ratio=0.3"], { env: KEY });
    const config = file("printed.yaml", printed.stdout);

    expect(parse(printed.stdout)).toMatchObject({ sampling: { mode: "enforce", budget: { keep_ratio: 0.3 } } });
    expect(printed.stdout).toContain('api_key: "[redacted]"');
    expect((await lipservice(["validate", config])).code).toBe(1);
    expect(
      (await lipservice(["validate", config, "--set", `exporters.posthog.api_key=\${env:K}`], { env: { K: "phc_a" } }))
        .code,
    ).toBe(0);
  });

  it("prints JSON and the JSON Schema", async () => {
    const config = JSON.parse((await lipservice(["print-config", "--output", "json"], { env: KEY })).stdout);
    const schema = JSON.parse((await lipservice(["print-config", "--schema"])).stdout);

    expect(config).toMatchObject({ queue: { max_bytes: "1GiB" } });
    expect(schema).toMatchObject({ title: "LipService configuration", additionalProperties: false });
  });

  it("prints without a destination too, with a warning; errors fail it", async () => {
    expect(await lipservice(["print-config"])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warning: .*api_key is not set/),
    });
    expect(await lipservice(["print-config", "--set", "sampling.stamp=x"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("shows no secret in any output, whatever verb and format", async () => {
    const env = {
      POSTHOG_API_KEY: "phc_canary1",
      LIPSERVICE_ADMIN_TOKEN: "canary2",
      REDIS_URL: "redis://:canary3@cache",
      CLICKHOUSE_URL: "http://u:canary4@ch",
      SEED: "canary5",
    };
    const config = file(
      "secrets.yaml",
      `sampling: { seed: '\${env:SEED}' }\nexporters: { posthog: {}, otlphttp: { endpoint: 'http://h', headers: { a: canary6 } } }\n`,
    );
    const broken = file(
      "broken.yaml",
      "admin: canary7\nfleet: { redis_url: { a: canary8 } }\nexporters: { posthog: { api_kye: canary9 } }\n",
    );

    for (const path of [config, broken]) {
      for (const verb of [
        ["print-config"],
        ["print-config", "--output", "json"],
        ["validate"],
        ["validate", "--output", "json"],
      ]) {
        const { stdout, stderr } = await lipservice(
          [...verb, "--config", path, "--set", "recluster.llm.api_key=canary0"],
          { env },
        );

        expect(stdout + stderr).not.toMatch(/canary\d/);
        expect(stdout + stderr).not.toBe("");
      }
    }
  });
});
