import { describe, expect, it } from "vitest";
import { printConfig } from "../../../src/config/print.ts";
import { errorsOf, load, loaded, warningsOf } from "../../kit/config-host.ts";

/** The example of the documentation, every section at its default or at a documented value. */
const EVERYTHING = `
receivers:
  otlp:
    protocols:
      grpc: { endpoint: 127.0.0.1:4317, max_recv_msg_size_mib: 64, tls: {}, auth: {}, insecure_listen: false }
      http: { endpoint: 127.0.0.1:4318, max_request_body_size: 64MiB, cors: {}, tls: {}, auth: {}, insecure_listen: false }
    trust_weights: []
sampling:
  budget: { keep_ratio: 0.2 }
  mode: enforce
  services: {}
  rules: []
  max_patterns: 50000
  max_services: 1000
  seed: ""
  trust_trace_ids: false
  stamp: minimal
  summaries: { interval: 60s, max_budget_share: 0.05 }
  context: { max_bytes: 32MiB, window: 30s }
policy: { path: /var/lib/lipservice/policy.json, source: file }
exporters:
  posthog: { host: https://us.i.posthog.com, api_key: \${env:POSTHOG_API_KEY}, timeout: 30s, compression: gzip, max_request_bytes: 900KB, max_bytes_per_second: 0 }
queue: { directory: "", max_bytes: 1GiB, durability: memory, on_full: refuse }
history: { clickhouse: { url: "", database: lipservice } }
fleet: { redis_url: "" }
recluster: { enabled: auto, interval: 15m, approval: auto, llm: { base_url: "", model: "", api_key: "" } }
admin: { endpoint: 127.0.0.1:8888, token: "", insecure_listen: false }
limits: { memory: auto }
service: { telemetry: { logs: { level: info } } }
`;

describe("loadConfig", () => {
  it("takes the documented configuration without a word, and it is the default", async () => {
    const documented = await load(EVERYTHING);
    const bare = await load("sampling: { budget: { keep_ratio: 0.2 } }");

    expect(documented).toMatchObject({ ok: true, modeOrigin: "configured", warnings: [] });
    expect(bare).toMatchObject({ ok: true, modeOrigin: "budget_configured", warnings: [] });
    expect(documented.ok && (await printConfig(documented.config))).toBe(bare.ok && (await printConfig(bare.config)));
  });

  it("resolves sizes to bytes, durations to milliseconds, endpoints to host and port", async () => {
    const { receivers, exporters, queue, sampling, history } = await loaded(EVERYTHING);

    expect(receivers.otlp.protocols.http?.max_request_body_size).toBe(67_108_864);
    expect(receivers.otlp.protocols.grpc?.endpoint).toEqual({ host: "127.0.0.1", port: 4317 });
    expect(exporters.posthog).toMatchObject({ timeout: 30_000, max_request_bytes: 900_000, max_bytes_per_second: 0 });
    expect(queue.max_bytes).toBe(1_073_741_824);
    expect(sampling.summaries.interval).toBe(60_000);
    expect(history.ttl).toBe(2_592_000_000);
  });

  it("merges sources by key: maps deep, lists and values replaced, nothing written leaves what was", async () => {
    const files = {
      "/base.yaml":
        "sampling: { max_services: 5, budget: { keep_ratio: 0.5, gb_per_day: 5 } }\nreceivers: { otlp: { trust_weights: [10.0.0.1] } }\n",
      "/over.yaml": "sampling: { budget: { keep_ratio: 0.1 } }\nreceivers: { otlp: { trust_weights: [10.0.0.2] } }\n",
    };
    const env = { POSTHOG_API_KEY: "phc_a", OVERLAY: "sampling:\n  max_services: 7\n  budget:\n" };
    const config = await loaded("", { files, env, sources: ["/base.yaml", "/over.yaml", "env:OVERLAY"] });

    expect(config.sampling.budget).toMatchObject({ keep_ratio: 0.1, gb_per_day: 5 });
    expect(config.sampling.max_services).toBe(7);
    expect(config.receivers.otlp.trust_weights).toEqual(["10.0.0.2"]);
  });

  it("gives --set the last word", async () => {
    const overrides = ["sampling.max_services=9", "sampling.rules=[{ id: a, kind: mute, match: { service: x } }]"];
    const config = await loaded("sampling: { max_services: 5 }", { overrides });

    expect(config.sampling.max_services).toBe(9);
    expect(config.sampling.rules).toEqual([{ id: "a", kind: "mute", match: { service: "x" } }]);
  });

  it("needs an exporter to run, not to work offline", async () => {
    expect(await errorsOf("", { env: {} })).toEqual([
      "1:1: exporters.posthog.api_key is not set, and no other exporter is configured; wanted a project API key (phc_…) in POSTHOG_API_KEY or POSTHOG_API_KEY_FILE, or another exporter",
    ]);
    expect(await load("", { env: {}, purpose: "offline" })).toMatchObject({ ok: true });
    expect(await load("exporters: { debug: }", { env: {} })).toMatchObject({
      ok: true,
      config: { exporters: { debug: {} } },
    });
  });

  it("runs without a key when something else takes the logs, and says so", async () => {
    const yaml = "exporters: { posthog: {}, file: { path: /out } }";
    const config = await loaded(yaml, { env: {} });

    expect(config.exporters.posthog).toBeUndefined();
    expect(config.exporters.file?.path).toBe("/out");
    expect(await warningsOf(yaml, { env: {} })).toEqual([
      "1:23: exporters.posthog.api_key is not set: nothing is sent to PostHog, only to file",
    ]);
  });

  it.each([
    ["", "observe", "no_budget"],
    ["sampling: { budget: { price_per_gb: 0.3 } }", "observe", "no_budget"],
    ["sampling: { budget: { bytes_per_second: 200KiB } }", "enforce", "budget_configured"],
    ["sampling: { budget: { gb_per_day: 5 } }", "enforce", "budget_configured"],
    ["sampling: { mode: observe, budget: { keep_ratio: 1 } }", "observe", "configured"],
  ])("chooses the mode for %j", async (yaml, mode, modeOrigin) => {
    expect(await load(yaml)).toMatchObject({ ok: true, config: { sampling: { mode } }, modeOrigin });
  });

  it("enforces a service's own budget, unless a mode was chosen for all", async () => {
    const services = "services: { a: { budget: { keep_ratio: 0.1 } }, b: }";
    const alone = await loaded(`sampling: { ${services} }`);
    const observed = await loaded(`sampling: { mode: observe, ${services} }`);

    expect(alone.sampling.mode).toBe("observe");
    expect(alone.sampling.services["a"]?.mode).toBe("enforce");
    expect(alone.sampling.services["b"]?.mode).toBeUndefined();
    expect(observed.sampling.services["a"]?.mode).toBeUndefined();
  });

  it.each([
    ["", "memory"],
    ["queue: { directory: /q }", "process"],
    ["queue: { directory: /q, durability: fsync }", "fsync"],
    ["queue: { directory: /q, durability: memory }", "memory"],
  ])("chooses the durability for %j", async (yaml, durability) => {
    expect((await loaded(yaml)).queue.durability).toBe(durability);
  });

  it("serves the protocols that are listed, both when none is", async () => {
    const protocols = async (yaml: string, overrides: string[] = []): Promise<string[]> =>
      Object.entries((await loaded(yaml, { overrides })).receivers.otlp.protocols).flatMap(([name, value]) =>
        value === undefined ? [] : [name],
      );

    expect(await protocols("")).toEqual(["grpc", "http"]);
    expect(await protocols("receivers: { otlp: { protocols: { http: } } }")).toEqual(["http"]);
    expect(await protocols("", ["receivers.otlp.protocols.http.endpoint=127.0.0.1:9"])).toEqual(["grpc", "http"]);
    expect(
      await protocols("receivers: { otlp: { protocols: { grpc: } } }", [
        "receivers.otlp.protocols.http.endpoint=127.0.0.1:9",
      ]),
    ).toEqual(["grpc", "http"]);
    expect(await protocols("", ["receivers.otlp.protocols={ grpc: {} }"])).toEqual(["grpc"]);
  });

  it("reads rules into the model's form, without keys that were not written", async () => {
    const yaml = `
sampling:
  rules:
    - { id: pay, match: { service: pay, severity_min: WARN, attributes: { code: 500 } }, kind: pin, reason: }
    - { id: cap, match: { severity_min: 9, pattern: 1abcdefghijk }, kind: cap, value: 10KiB }
    - { id: low, match: { body_contains: "a: b" }, kind: floor, value: 0.5, expires: 2030-01-31T12:00:00+02:00 }
`;
    const { sampling } = await loaded(yaml);

    expect(sampling.rules).toStrictEqual([
      { id: "pay", match: { service: "pay", severity_min: "warn", attributes: { code: "500" } }, kind: "pin" },
      { id: "cap", match: { severity_min: 9, pattern: "1abcdefghijk" }, kind: "cap", value: 10_240 },
      { id: "low", match: { body_contains: "a: b" }, kind: "floor", value: 0.5, expires: "2030-01-31T12:00:00+02:00" },
    ]);
  });

  it("tells of sources that cannot be read, of each one, and blames nothing on what is missing", async () => {
    const errors = await errorsOf("", {
      env: {},
      files: { "/bad.yaml": "a: [\n", "/list.yaml": "- 1\n", "/text.yaml": "phc_canary\n" },
      sources: ["/none.yaml", "env:NONE", "/bad.yaml", "/list.yaml", "/text.yaml"],
    });

    expect(errors).toEqual([
      "/none.yaml: the configuration cannot be read: it does not exist",
      "env:NONE: the configuration cannot be read: the environment variable is not set",
      expect.stringMatching(/^\/bad\.yaml:2:1: is not valid YAML/),
      "/list.yaml:1:1: the configuration is a list; wanted a map of settings",
      "/text.yaml:1:1: the configuration is text; wanted a map of settings",
    ]);
  });

  it("reports a failed reference once, not what follows from it", async () => {
    const yaml = `exporters: { posthog: { api_key: \${env:NONE} } }\nadmin: { endpoint: :1, token: \${env:NONE} }\n`;

    expect(await errorsOf(yaml, { env: {} })).toEqual([
      `1:34: exporters.posthog.api_key refers to the environment variable NONE, which is not set (set it, or write \${env:NONE:-default})`,
      `2:31: admin.token refers to the environment variable NONE, which is not set (set it, or write \${env:NONE:-default})`,
    ]);
  });
});
