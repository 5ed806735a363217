import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../../src/config/load.ts";
import { configHost, errorsOf, load, loaded, warningsOf } from "../../../kit/config-host.ts";

describe("the environment", () => {
  it("alone is enough to start", async () => {
    const env = {
      POSTHOG_API_KEY: " phc_from_env\n",
      POSTHOG_HOST: "https://eu.i.posthog.com",
      LIPSERVICE_KEEP_RATIO: "0.3",
      CLICKHOUSE_URL: "http://ch:8123",
      REDIS_URL: "redis://cache:6379",
      LIPSERVICE_ADMIN_TOKEN: "admin-token",
    };
    const result = await loadConfig({ sources: [], overrides: [], purpose: "run" }, configHost(env));
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    const { exporters, sampling, history, fleet, admin } = result.config;

    expect(exporters.posthog?.api_key.reveal()).toBe("phc_from_env");
    expect(exporters.posthog?.host).toBe("https://eu.i.posthog.com");
    expect(sampling.budget.keep_ratio).toBe(0.3);
    expect(sampling.mode).toBe("enforce");
    expect(history.clickhouse.url.reveal()).toBe("http://ch:8123");
    expect(fleet.redis_url.reveal()).toBe("redis://cache:6379");
    expect(admin.token.reveal()).toBe("admin-token");
  });

  it("gives NAME_FILE the last word, and remembers the file", async () => {
    const env = { POSTHOG_API_KEY: "phc_variable", POSTHOG_API_KEY_FILE: "/run/key" };
    const config = await loaded("", { env, files: { "/run/key": "phc_file\n" } });

    expect(config.exporters.posthog?.api_key.reveal()).toBe("phc_file");
    expect(config.exporters.posthog?.api_key.file).toBe("/run/key");
  });

  it("is the default of its settings: a file that sets them wins", async () => {
    const env = { POSTHOG_API_KEY: "phc_variable", LIPSERVICE_KEEP_RATIO: "0.9" };
    const config = await loaded(
      "sampling: { budget: { keep_ratio: 0.1 } }\nexporters: { posthog: { timeout: 5s } }\n",
      { env },
    );

    expect(config.sampling.budget.keep_ratio).toBe(0.1);
    expect(config.exporters.posthog?.timeout).toBe(5_000);
    expect(config.exporters.posthog?.api_key.reveal()).toBe("phc_variable");
  });

  it("takes an empty variable for none", async () => {
    const result = await load("", {
      env: { POSTHOG_API_KEY: "phc_a", POSTHOG_API_KEY_FILE: "", LIPSERVICE_KEEP_RATIO: "" },
    });

    expect(result).toMatchObject({ ok: true, modeOrigin: "no_budget" });
  });

  it("is not substituted: a dollar sign in a key stays", async () => {
    const config = await loaded("", { env: { POSTHOG_API_KEY: "phc_$$x", LIPSERVICE_ADMIN_TOKEN: `\${env:HOME}` } });

    expect(config.exporters.posthog?.api_key.reveal()).toBe("phc_$$x");
    expect(config.admin.token.reveal()).toBe(`\${env:HOME}`);
  });

  it("reports a file that cannot be read, and a bad value by the variable's name", async () => {
    const errors = await errorsOf("", { env: { POSTHOG_API_KEY_FILE: "/run/none", LIPSERVICE_KEEP_RATIO: "2" } });

    expect(errors).toEqual([
      "POSTHOG_API_KEY_FILE: POSTHOG_API_KEY_FILE names a file that cannot be read: it does not exist",
      "LIPSERVICE_KEEP_RATIO: sampling.budget.keep_ratio is 2; wanted a number above 0, at most 1",
    ]);
  });

  it("warns when it is set for a part that the file leaves out", async () => {
    const env = { POSTHOG_API_KEY: "phc_a", CLICKHOUSE_URL: "http://ch:8123" };
    const yaml = "exporters: { file: { path: /out } }\nhistory: { off: true }\n";
    const config = await loaded(yaml, { env });

    expect(config.exporters.posthog).toBeUndefined();
    expect(config.history.clickhouse.url.isEmpty).toBe(true);
    expect(await warningsOf(yaml, { env })).toEqual([
      "POSTHOG_API_KEY: POSTHOG_API_KEY is set, but the configuration lists exporters without posthog: nothing is sent to PostHog",
      "CLICKHOUSE_URL: CLICKHOUSE_URL is set, but the configuration keeps its history elsewhere, or keeps none",
    ]);
  });

  it("warns about a key file that everybody can read", async () => {
    const files = { "/run/key": { text: "phc_a", worldReadable: true } };

    expect(await warningsOf("", { env: { POSTHOG_API_KEY_FILE: "/run/key" }, files })).toEqual([
      expect.stringContaining("every user of this machine can read"),
    ]);
  });
});
