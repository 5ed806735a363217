/**
 * One request to the capture endpoint, layer by layer in the destination's order: CORS, ?compression=, decompression
 * (415), route (404, 405), query (400), body limit on decoded bytes (413), and only then the token (401, 429), gzip by
 * magic, decoding (400), storage (500, 200). So an oversized body is answered 413 whatever its token is.
 * What the layers answer is plain text, what the handler answers is JSON.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { LogIntake } from "../ingest/log-intake.ts";
import { ContentEncodings, hasGzipMagic } from "./content-encoding.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { authorize } from "./token.ts";

export interface CaptureRequest {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came, compressed or not; cut off somewhere past the limit when it is larger. */
  readonly body: Uint8Array;
  /** The body was cut off. */
  readonly truncated: boolean;
}

export interface CaptureResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PATHS: readonly string[] = ["/v1/logs", "/i/v1/logs"];
const BUFFERING_FAILED = "Failed to buffer the request body";

export class CaptureEndpoint {
  readonly #intake: LogIntake;
  readonly #maxRequestBytes: number;
  readonly #encodings: ContentEncodings = new ContentEncodings();

  constructor(intake: LogIntake, settings: { readonly maxRequestBytes: number }) {
    this.#intake = intake;
    this.#maxRequestBytes = settings.maxRequestBytes;
  }

  async respond(request: CaptureRequest): Promise<CaptureResponse> {
    if (request.method === "OPTIONS") return { status: 200, headers: preflightHeaders(request.headers), body: "" };
    const response = await this.#afterCors(request);
    return { ...response, headers: { ...corsHeaders(request.headers), ...response.headers } };
  }

  async #afterCors(request: CaptureRequest): Promise<CaptureResponse> {
    const [path = "", query = ""] = splitTarget(request.target);
    const encoding = request.headers["content-encoding"] ?? (asksForGzip(query) ? "gzip" : undefined);
    if (!this.#encodings.supports(encoding)) {
      return { status: 415, headers: { "accept-encoding": this.#encodings.accepted }, body: "" };
    }
    if (!PATHS.includes(path)) return { status: 404, headers: {}, body: "" };
    if (request.method !== "POST") return { status: 405, headers: { allow: "POST,OPTIONS" }, body: "" };
    const queryTokens = new URLSearchParams(query).getAll("token");
    if (queryTokens.length > 1) return text(400, "Failed to deserialize query string: duplicate field `token`");
    if (request.truncated) return text(413, `${BUFFERING_FAILED}: length limit exceeded`);
    const decompressed = await this.#encodings.decompress(encoding, request.body, this.#maxRequestBytes);
    if (!decompressed.ok) {
      const tooLarge = decompressed.cause === "too_large";
      return tooLarge ? text(413, `${BUFFERING_FAILED}: length limit exceeded`) : text(400, BUFFERING_FAILED);
    }
    return this.#handle(request.headers, queryTokens[0], decompressed.body);
  }

  async #handle(
    headers: IncomingHttpHeaders,
    queryToken: string | undefined,
    body: Uint8Array,
  ): Promise<CaptureResponse> {
    const authorization = authorize(headers.authorization, queryToken, this.#intake.switches);
    if (!authorization.ok) {
      this.#intake.counters.rejected(authorization.reason);
      const retryAfter = authorization.retryAfterSeconds;
      const extra = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
      return failure(authorization.status, authorization.message, extra);
    }
    const plain = await this.#gunzipByMagic(body);
    if (!(plain instanceof Uint8Array)) return plain;
    const result = this.#intake.take(plain, authorization.token);
    switch (result.kind) {
      case "taken":
        return json(200, {});
      case "bad_request":
        return failure(400, result.message);
      case "message_too_large":
        return failure(500, "Internal server error");
    }
  }

  /** A body that still begins like gzip is inflated whatever the headers say. */
  async #gunzipByMagic(body: Uint8Array): Promise<Uint8Array | CaptureResponse> {
    if (!hasGzipMagic(body)) return body;
    const inflated = await this.#encodings.decompress("gzip", body, this.#maxRequestBytes);
    if (inflated.ok) return inflated.body;
    if (inflated.cause === "corrupt") return failure(400, "Failed to decompress gzip request body: corrupt stream");
    const limit = this.#maxRequestBytes;
    return failure(413, `Decompressed request body exceeds limit (${limit + 1} > ${limit} bytes)`);
  }
}

function splitTarget(target: string): [string, string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** Compared undecoded; any other value of the parameter is left alone. */
function asksForGzip(query: string): boolean {
  return query.split("&").some((pair) => pair === "compression=gzip" || pair === "compression=gzip-js");
}

function text(status: number, body: string): CaptureResponse {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): CaptureResponse {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

function failure(status: number, message: string, headers: Readonly<Record<string, string>> = {}): CaptureResponse {
  return json(status, { error: message }, headers);
}
