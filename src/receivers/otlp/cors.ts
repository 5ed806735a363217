/**
 * Which browsers' pages may send logs: the CORS protocol (Fetch standard) for origins that are allowed by name or with
 * `*` for any run of characters. A page whose origin is not allowed gets no permission, and its request is served like
 * any other: the browser keeps the answer from it.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { CorsSettings } from "./settings.ts";

/** Header names of a simple OTLP request from a browser; never a secret's, which must be allowed by name. */
const ALWAYS_ALLOWED_HEADERS: readonly string[] = ["accept", "content-type", "content-encoding", "x-requested-with"];

export class CorsPolicy {
  readonly #settings: CorsSettings;
  readonly #allowedHeaders: ReadonlySet<string>;

  constructor(settings: CorsSettings) {
    this.#settings = settings;
    this.#allowedHeaders = new Set([
      ...ALWAYS_ALLOWED_HEADERS,
      ...settings.allowedHeaders.map((name) => name.toLowerCase()),
    ]);
  }

  /** For every answer but a preflight's. Flat names and values, as writeHead takes them. */
  headersFor(origin: string | undefined): string[] {
    const headers = ["Vary", "Origin"];
    if (origin === undefined || !this.#isAllowed(origin)) return headers;
    headers.push(...this.#permission(origin));
    const { exposedHeaders } = this.#settings;
    if (exposedHeaders.length > 0) headers.push("Access-Control-Expose-Headers", exposedHeaders.join(", "));
    return headers;
  }

  /** @returns headers of the 204, or undefined when this OPTIONS is no preflight */
  preflight(request: IncomingHttpHeaders): string[] | undefined {
    const method = request["access-control-request-method"];
    const { origin } = request;
    if (method === undefined || origin === undefined) return undefined;
    const headers = ["Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"];
    const asked = headerNames(request["access-control-request-headers"]);
    if (method !== "POST" || !this.#isAllowed(origin) || !asked.every((name) => this.#isHeaderAllowed(name))) {
      return headers;
    }
    headers.push(...this.#permission(origin), "Access-Control-Allow-Methods", "POST");
    if (asked.length > 0) headers.push("Access-Control-Allow-Headers", asked.join(", "));
    if (this.#settings.maxAgeSeconds > 0) headers.push("Access-Control-Max-Age", String(this.#settings.maxAgeSeconds));
    return headers;
  }

  /** Everyone gets `*`, which excludes credentials; an origin that was allowed by name may send them. */
  #permission(origin: string): string[] {
    if (this.#settings.allowedOrigins.includes("*")) return ["Access-Control-Allow-Origin", "*"];
    return ["Access-Control-Allow-Origin", origin, "Access-Control-Allow-Credentials", "true"];
  }

  #isAllowed(origin: string): boolean {
    return this.#settings.allowedOrigins.some((pattern) => matchesWildcard(pattern, origin.toLowerCase()));
  }

  #isHeaderAllowed(name: string): boolean {
    return this.#allowedHeaders.has("*") || this.#allowedHeaders.has(name);
  }
}

/** Lower case; only names that are tokens, because they come back in a header. */
function headerNames(value: string | string[] | undefined): string[] {
  if (typeof value !== "string") return [];
  const names = value.split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "");
}

/** Literal runs of the pattern must follow each other in the text, the first at its start, the last at its end. */
function matchesWildcard(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.toLowerCase().split("*");
  if (!text.startsWith(first)) return false;
  const last = rest.pop();
  if (last === undefined) return text.length === first.length;
  let from = first.length;
  for (const literal of rest) {
    const at = text.indexOf(literal, from);
    if (at === -1) return false;
    from = at + literal.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
