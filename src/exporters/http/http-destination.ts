/**
 * An HTTP endpoint for protobuf ExportLogsServiceRequests: how a request is written, and what each answer means.
 * The status table is that of facts about PostHog's capture endpoint and of OTLP/HTTP together: nothing is ever lost to
 * a wrong credential, a wrong address or a broken server; only a request that is refused for its content is split.
 */
import type { Environment } from "../../model/environment.ts";
import type { Destination, Outcome, OutgoingRequest } from "../sending/destination.ts";
import { parseRetryAfter } from "../sending/retry-after.ts";
import type { Compression } from "./compression.ts";
import { gzipBody } from "./compression.ts";
import type { HttpAnswer, HttpTarget, HttpTransport, OpenTransport } from "./http-transport.ts";

export interface HttpDestinationSettings {
  readonly target: HttpTarget;
  readonly compression: Compression;
  readonly timeoutMs: number;
  readonly userAgent: string;
  /** Asked for each attempt: credentials may change. Names in lower case. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** What to check when credentials are refused: "the project API key". */
  readonly credential: string;
  /** What to check when there is no such endpoint: "the host". */
  readonly address: string;
  /** Reads the body of a 2xx: how many records the destination refused for good. */
  readonly rejectedRecords: (body: Uint8Array, contentType: string | undefined) => number;
}

type Answer = Extract<HttpAnswer, { kind: "answer" }>;

export class HttpDestination implements Destination {
  readonly #settings: HttpDestinationSettings;
  readonly #env: Environment;
  readonly #openTransport: OpenTransport;
  #transport: HttpTransport | undefined;
  #compression: Compression;

  constructor(settings: HttpDestinationSettings, env: Environment, openTransport: OpenTransport) {
    this.#settings = settings;
    this.#env = env;
    this.#openTransport = openTransport;
    this.#compression = settings.compression;
  }

  async open(): Promise<void> {
    this.#transport = await this.#openTransport(this.#settings.target);
  }

  async send(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome> {
    if (this.#transport === undefined) throw new Error("the exporter sends before it was started: call start() first");
    const compression = this.#compression;
    const body = compression === "gzip" ? await gzipBody(request.bytes) : request.bytes;
    const answer = await this.#transport.post(
      { headers: this.#headers(compression), body, timeoutMs: this.#settings.timeoutMs },
      signal,
    );
    if (answer.kind === "answer") return this.#interpret(answer, compression);
    const detail = answer.detail === "" ? answer.code : `${answer.code}: ${answer.detail}`;
    const message = `the destination cannot be reached (${detail})`;
    return { kind: "retry", code: answer.code, message, retryAfterMs: undefined, suspect: false };
  }

  async close(): Promise<void> {
    await this.#transport?.close();
  }

  #headers(compression: Compression): Record<string, string> {
    return {
      ...this.#settings.headers(),
      "content-type": "application/x-protobuf",
      "user-agent": this.#settings.userAgent,
      ...(compression === "gzip" ? { "content-encoding": "gzip" } : {}),
    };
  }

  #interpret(answer: Answer, sentWith: Compression): Outcome {
    const { status } = answer;
    const code = String(status);
    if (status >= 200 && status < 300) {
      const rejectedRecords = this.#settings.rejectedRecords(answer.body, answer.contentType);
      return { kind: "accepted", code, rejectedRecords };
    }
    if (status === 413) return { kind: "split", code, cause: "too_large" };
    if (status === 400 || status === 422) return { kind: "split", code, cause: "poison" };
    if (status === 408 || status === 429 || status >= 500) {
      const retryAfterMs = parseRetryAfter(answer.retryAfter, this.#env.now().wallMs);
      const message = `the destination answered ${code}`;
      return { kind: "retry", code, message, retryAfterMs, suspect: status === 500 };
    }
    if (status === 415 && sentWith === "gzip") {
      this.#compression = "none";
      return { kind: "resend", code };
    }
    return { kind: "hold", code, message: this.#holdMessage(status) };
  }

  #holdMessage(status: number): string {
    const { credential, address } = this.#settings;
    if (status === 401 || status === 403) return `the destination answered ${status}: check ${credential}`;
    return `the destination answered ${status}, which no log endpoint does: check ${address}`;
  }
}
