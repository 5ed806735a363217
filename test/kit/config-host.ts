/** A ConfigHost over plain maps: variables and files that exist only in the test. */

import type { Config } from "../../src/config/config.ts";
import type { ConfigHost } from "../../src/config/config-host.ts";
import type { ConfigRequest, ConfigResult } from "../../src/config/load.ts";
import { loadConfig } from "../../src/config/load.ts";
import { formatProblem } from "../../src/config/problem.ts";

export interface FakeFile {
  readonly text: string;
  readonly worldReadable?: boolean;
}

export function configHost(
  env: Readonly<Record<string, string | undefined>> = {},
  files: Readonly<Record<string, string | FakeFile>> = {},
): ConfigHost {
  return {
    env,
    readText: (path, maxBytes) => {
      const file = files[path];
      if (file === undefined) return { ok: false, reason: "it does not exist" };
      const { text, worldReadable = false } = typeof file === "string" ? { text: file } : file;
      if (text.length > maxBytes) return { ok: false, reason: `it is larger than ${maxBytes} bytes` };
      return { ok: true, text, worldReadable };
    },
  };
}

/** An environment with what every start needs, so that a test is about one thing. */
export const KEY: Readonly<Record<string, string>> = { POSTHOG_API_KEY: "phc_test_key" };

export interface LoadOptions extends Partial<ConfigRequest> {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly files?: Readonly<Record<string, string | FakeFile>>;
}

/** Loads one YAML text as /c.yaml, with an API key in the environment unless `env` says otherwise. */
export function load(yaml: string, options: LoadOptions = {}): Promise<ConfigResult> {
  const { env = KEY, files = {}, sources = ["/c.yaml"], overrides = [], purpose = "run" } = options;
  return loadConfig({ sources, overrides, purpose }, configHost(env, { "/c.yaml": yaml, ...files }));
}

/** The configuration; fails with the errors when there is none. */
export async function loaded(yaml: string, options: LoadOptions = {}): Promise<Config> {
  const result = await load(yaml, options);
  if (result.ok) return result.config;
  throw new Error(result.errors.map(formatProblem).join("\n"));
}

/** "12:5 message (suggestion)" of every error; empty when the configuration is valid. */
export async function errorsOf(yaml: string, options: LoadOptions = {}): Promise<string[]> {
  const result = await load(yaml, options);
  return result.ok ? [] : result.errors.map((error) => formatProblem(error).replace("/c.yaml:", ""));
}

export async function warningsOf(yaml: string, options: LoadOptions = {}): Promise<string[]> {
  const result = await load(yaml, options);
  return result.warnings.map((warning) => formatProblem(warning).replace("/c.yaml:", ""));
}
