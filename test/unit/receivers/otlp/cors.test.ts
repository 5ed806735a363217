import { describe, expect, it } from "vitest";
import { CorsPolicy } from "../../../../src/receivers/otlp/cors.ts";
import type { CorsSettings } from "../../../../src/receivers/otlp/settings.ts";

function policy(settings: Partial<CorsSettings> = {}): CorsPolicy {
  return new CorsPolicy({ allowedOrigins: [], allowedHeaders: [], exposedHeaders: [], maxAgeSeconds: 0, ...settings });
}

/** Flat names and values as an object. */
function read(headers: readonly string[] | undefined): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let index = 0; index < (headers ?? []).length; index += 2) {
    pairs.push([headers?.[index]?.toLowerCase() ?? "", headers?.[index + 1] ?? ""]);
  }
  return Object.fromEntries(pairs);
}

function preflight(from: CorsPolicy, origin: string, headers?: string, method = "POST"): Record<string, string> {
  return read(
    from.preflight({
      origin,
      "access-control-request-method": method,
      ...(headers === undefined ? {} : { "access-control-request-headers": headers }),
    }),
  );
}

describe("origins", () => {
  it.each([
    ["https://app.example.com", "https://app.example.com", true],
    ["https://app.example.com", "HTTPS://APP.example.com", true],
    ["https://app.example.com", "https://app.example.com.evil.org", false],
    ["https://app.example.com", "http://app.example.com", false],
    ["https://*.example.com", "https://a.example.com", true],
    ["https://*.example.com", "https://a.b.example.com", true],
    ["https://*.example.com", "https://.example.com", true],
    ["https://*.example.com", "https://example.com", false],
    ["https://*.example.com", "https://evil.org/.example.com:1", false],
    ["https://allowed-*.com", "https://allowed-origin.com", true],
    ["https://allowed-*.com", "https://disallowed-origin.com", false],
    ["https://*-a-*.com", "https://x-a-y.com", true],
    ["https://*-a-*.com", "https://x-a.com", false],
    ["*", "https://anything", true],
  ])("%s allows %s: %s", (pattern, origin, isAllowed) => {
    const headers = read(policy({ allowedOrigins: [pattern] }).headersFor(origin));

    expect(headers["access-control-allow-origin"] !== undefined).toBe(isAllowed);
    expect(headers["vary"]).toBe("Origin");
  });

  it("by name may send credentials, everyone may not", () => {
    const named = read(policy({ allowedOrigins: ["https://a"] }).headersFor("https://a"));
    const all = read(policy({ allowedOrigins: ["*"] }).headersFor("https://a"));

    expect(named["access-control-allow-credentials"]).toBe("true");
    expect(named["access-control-allow-origin"]).toBe("https://a");
    expect(all["access-control-allow-credentials"]).toBeUndefined();
    expect(all["access-control-allow-origin"]).toBe("*");
  });

  it("say nothing to a request that is no browser's", () => {
    expect(read(policy({ allowedOrigins: ["*"] }).headersFor(undefined))).toEqual({ vary: "Origin" });
  });
});

describe("preflight", () => {
  const open = policy({ allowedOrigins: ["https://a"], allowedHeaders: ["Authorization"], maxAgeSeconds: 600 });

  it("allows POST with the headers that are allowed, for maxAge", () => {
    expect(preflight(open, "https://a", "content-type, AUTHORIZATION")).toMatchObject({
      "access-control-allow-origin": "https://a",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type, authorization",
      "access-control-max-age": "600",
    });
  });

  it.each([
    ["another header", preflight(open, "https://a", "content-type, x-secret")],
    ["another method", preflight(open, "https://a", undefined, "PUT")],
    ["another origin", preflight(open, "https://b")],
    [
      "a secret's header that was not named",
      preflight(policy({ allowedOrigins: ["https://a"] }), "https://a", "authorization"),
    ],
  ])("gives no permission for %s", (_name, headers) => {
    expect(Object.keys(headers)).toEqual(["vary"]);
  });

  it("allows every header when told to", () => {
    const lax = policy({ allowedOrigins: ["*"], allowedHeaders: ["*"] });
    expect(preflight(lax, "https://a", "x-anything")["access-control-allow-headers"]).toBe("x-anything");
  });

  it("is only what asks for a method", () => {
    expect(open.preflight({ origin: "https://a" })).toBeUndefined();
    expect(open.preflight({ "access-control-request-method": "POST" })).toBeUndefined();
  });

  it("names exposed headers on answers, and no age when there is none", () => {
    const exposing = policy({ allowedOrigins: ["https://a"], exposedHeaders: ["Retry-After"] });
    expect(read(exposing.headersFor("https://a"))["access-control-expose-headers"]).toBe("Retry-After");
    expect(preflight(exposing, "https://a")["access-control-max-age"]).toBeUndefined();
  });
});
