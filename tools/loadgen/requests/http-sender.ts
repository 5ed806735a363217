/**
 * OTLP over HTTP/1.1 on one kept-alive connection. Retryable is exactly what the specification says: 429, 502, 503, 504
 * and a connection that failed.
 */
import { Client, errors } from "undici";
import { rejectedInJson, rejectedInProtobuf, retryAfterMs } from "./partial-success.ts";
import type { OutgoingRequest, Sender, SenderSettings, SendOutcome } from "./sender.ts";

const RETRYABLE: readonly number[] = [429, 502, 503, 504];
const LOGS_PATH = "/v1/logs";
const NO_CONNECTION: readonly string[] = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "UND_ERR_CONNECT_TIMEOUT"];

export class HttpSender implements Sender {
  readonly #client: Client;
  readonly #path: string;
  readonly #settings: SenderSettings;
  readonly #now: () => number;

  /**
   * @param endpoint base URL, or a URL with a path that is used as it is
   * @param now unix milliseconds, for Retry-After dates
   */
  constructor(endpoint: string, settings: SenderSettings, now: () => number) {
    const url = new URL(endpoint);
    this.#client = new Client(url.origin, {
      headersTimeout: settings.timeoutMs,
      bodyTimeout: settings.timeoutMs,
      connect: { timeout: settings.timeoutMs },
    });
    this.#path = url.pathname === "/" ? LOGS_PATH : `${url.pathname}${url.search}`;
    this.#settings = settings;
    this.#now = now;
  }

  async send(request: OutgoingRequest): Promise<SendOutcome> {
    try {
      const response = await this.#client.request({
        path: this.#path,
        method: "POST",
        headers: {
          ...this.#settings.headers,
          "content-type": request.encoding === "json" ? "application/json" : "application/x-protobuf",
          ...(request.gzip === undefined ? {} : { "content-encoding": "gzip" }),
        },
        body: request.gzip ?? request.plain,
      });
      if (response.statusCode === 200) return { kind: "accepted", rejectedRecords: await rejectedRecords(response) };
      await response.body.dump();
      return {
        kind: "refused",
        status: String(response.statusCode),
        retryable: RETRYABLE.includes(response.statusCode),
        retryAfterMs: retryAfterMs(headerText(response.headers["retry-after"]), this.#now()),
      };
    } catch (error) {
      return unanswered(error);
    }
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }
}

type Response = Awaited<ReturnType<Client["request"]>>;

async function rejectedRecords(response: Response): Promise<number> {
  // The usual answer is empty; reading nothing is not worth two copies.
  if (response.headers["content-length"] === "0") {
    await response.body.dump();
    return 0;
  }
  const body = new Uint8Array(await response.body.arrayBuffer());
  const isJson = headerText(response.headers["content-type"])?.startsWith("application/json") === true;
  return isJson ? rejectedInJson(Buffer.from(body).toString("utf8")) : rejectedInProtobuf(body);
}

function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === "object" ? header[0] : header;
}

function unanswered(error: unknown): SendOutcome {
  const code = error instanceof Error && "code" in error ? String(error.code) : "error";
  const timedOut = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return { kind: "unanswered", status: timedOut ? "timeout" : code, maybeTaken: !NO_CONNECTION.includes(code) };
}
