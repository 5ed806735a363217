import { describe, expect, it } from "vitest";
import { effectiveConfig, printConfig } from "../../../src/config/print.ts";
import { load, loaded } from "../../kit/config-host.ts";

const SECRETS = `
receivers:
  otlp:
    protocols:
      http: { auth: { bearer_tokens: [canary-1], basic_users: [{ username: u, password: canary-2 }] } }
sampling: { seed: canary-3 }
exporters:
  posthog: { api_key: phc_canary_4 }
  otlphttp: { endpoint: "https://otel.example", headers: { Authorization: Bearer canary-5 } }
history: { clickhouse: { url: "https://user:canary-6@ch.example:8443" } }
fleet: { redis_url: "rediss://:canary-7@cache.example:6379/0" }
recluster: { llm: { base_url: "https://llm.example", model: m, api_key: canary-8 } }
admin: { token: canary-9 }
`;

describe("printConfig", () => {
  it("writes every setting with its unit, so that it can be read again", async () => {
    const config = await loaded(
      "sampling: { budget: { bytes_per_second: 200KiB }, services: { a.b: { mode: observe } } }",
    );
    const printed = await printConfig(config);

    expect(printed).toContain("max_request_body_size: 64MiB\n");
    expect(printed).toContain("bytes_per_second: 200KiB\n");
    expect(printed).toContain("timeout: 30s\n");
    expect(printed).toContain("endpoint: 127.0.0.1:4317\n");
    expect(printed).toContain("mode: enforce\n");
    expect(await printConfig(await loaded(printed.replace('"[redacted]"', "phc_test_key")))).toBe(printed);
  });

  it.each([1000, 1024, 2_000_000, 1e-7])("writes a floor of %d lines a minute as a plain number", async (value) => {
    const rule = `{ id: r, match: { service: s }, kind: floor, value: ${value} }`;
    const config = await loaded(`sampling: { rules: [${rule}] }`);

    const again = await loaded((await printConfig(config)).replace('"[redacted]"', "phc_test_key"));
    expect(again.sampling.rules).toEqual([{ id: "r", match: { service: "s" }, kind: "floor", value }]);
  });

  it("shows no secret, and of addresses what is harmless", async () => {
    const printed = await printConfig(await loaded(SECRETS));

    expect(printed).not.toMatch(/canary/);
    expect(printed).toContain("url: https://[redacted]@ch.example:8443/\n");
    expect(printed).toContain("redis_url: rediss://[redacted]@cache.example:6379/0\n");
    expect(printed.match(/\[redacted\]/g)).toHaveLength(9);
  });

  it("is the same as plain JSON values", async () => {
    const config = await loaded(SECRETS);

    expect(JSON.stringify(effectiveConfig(config))).not.toMatch(/canary/);
    expect(effectiveConfig(config)).toMatchObject({ queue: { max_bytes: "1GiB" }, admin: { token: "[redacted]" } });
  });
});

describe("errors and warnings", () => {
  it.each([
    "admin: canary",
    "admin: [canary]",
    "admin: { token: [canary] }",
    "admin: { token: { x: canary } }",
    'admin: { token: "can\\nary canary" }',
    "exporters: { posthog: canary }",
    "exporters: { posthog: { api_key: phx_canary } }",
    "exporters: { posthog: { api_key: 'phc canary' } }",
    "exporters: { posthog: { apikey: phc_canary } }",
    "exporters: { posthog: { host: 'https://user:canary@h' } }",
    "exporters: { otlphttp: { endpoint: h, headers: { Authorization: [canary] } } }",
    "fleet: { redis_url: 'http://:canary@h' }",
    "history: { clickhouse: { url: canary } }",
    "recluster: { llm: { base_url: 'https://h?key=canary' } }",
    "sampling: { seed: { a: canary } }",
    "policy: { source: 'url:https://u:canary@h/p' }",
    "exporters: { otlphttp: { endpoint: 'ftp://u:canary@h' } }",
    "exporters: { otlphttp: { endpoint: 'ftp://h/?token=canary' } }",
    "exporters: { posthog: { host: phc_canary } }",
    "exporters: { posthog: { api_key phc_canary: 1 } }",
    "phx_canary: 1",
    "admin: { token: canary\n",
    "admin: { token: 'canary\n",
    "admin:\n  token: canary\n token: canary\n",
    "admin: { token: *x } # canary",
  ])("never quote a secret: %j", async (yaml) => {
    const result = await load(yaml);

    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toMatch(/canary/);
  });

  it("never quote what a reference brought in, wherever it was put", async () => {
    const places = [
      "sampling: { max_patterns: X }",
      "sampling: { stamp: X }",
      "admin: { endpoint: X }",
      "queue: { durability: X }",
      "X",
    ];
    for (const place of places) {
      for (const reference of [`\${env:CANARY}`, `\${file:/canary}`, `\${env:NONE:-canary}`]) {
        const env = { POSTHOG_API_KEY: "phc_a", CANARY: "canary" };
        const result = await load(place.replace("X", `'${reference}'`), { env, files: { "/canary": "canary" } });
        const told = JSON.stringify(result).replaceAll("file:/canary", "");

        expect(result.ok).toBe(false);
        expect(told).not.toMatch(/canary/);
      }
    }
  });

  it("never quote --set", async () => {
    for (const override of [
      "admin.tokne=canary",
      "admin=canary",
      "canary",
      "admin.token=[canary",
      "exporters.posthog.api_key=phx_canary",
    ]) {
      const result = await load("", { overrides: [override] });

      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toMatch(/canary/);
    }
  });
});
