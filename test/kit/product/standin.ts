/** Starting a stand-in in a test, posting to it, and the real clock it needs; it is closed when the test ends. */
import { performance } from "node:perf_hooks";
import { onTestFinished } from "vitest";
import type { Environment } from "../../../src/model/environment.ts";
import type { StandinOptions } from "../../../tools/standin/settings.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import { startStandin } from "../../../tools/standin/standin.ts";
import { seededBytes } from "../seeded-bytes.ts";

/** The machine's own clocks, and seeded randomness: for tests with real sockets. */
export const REAL_ENVIRONMENT: Environment = {
  now: () => ({ monoMs: performance.now(), wallMs: Date.now() }),
  randomBytes: seededBytes(),
  jitter: () => 0.5,
};

/** A stand-in on free ports, closed when the test that asked for it ends. */
export async function standinForTest(options: Partial<StandinOptions> = {}): Promise<Standin> {
  const standin = await startStandin({ environment: REAL_ENVIRONMENT, ...options });
  onTestFinished(() => standin.close());
  return standin;
}

export interface PostOptions {
  /** Default: Authorization with the token the stand-in knows. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: /i/v1/logs. */
  readonly path?: string;
  readonly method?: string;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request to the capture port, with exactly these headers besides fetch's own. */
export async function post(
  standin: Standin,
  body: Uint8Array | string,
  options: PostOptions = {},
): Promise<PostAnswer> {
  const method = options.method ?? "POST";
  const response = await fetch(`${standin.url}${options.path ?? "/i/v1/logs"}`, {
    method,
    headers: options.headers ?? { authorization: `Bearer ${STANDIN_TOKEN}` },
    ...(method === "GET" || method === "OPTIONS" ? {} : { body: typeof body === "string" ? body : Buffer.from(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What a query reads of an attribute: its string value, or the JSON text of another type; undefined when absent. */
export function attributeValue(attributes: Readonly<Record<string, string>>, key: string): string | undefined {
  const text = attributes[key];
  if (text === undefined || !text.startsWith('"')) return text;
  const value: unknown = JSON.parse(text);
  return typeof value === "string" ? value : text;
}
