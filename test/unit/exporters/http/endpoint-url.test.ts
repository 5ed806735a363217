import { describe, expect, it } from "vitest";
import { endpointUrl } from "../../../../src/exporters/http/endpoint-url.ts";

describe("endpointUrl", () => {
  it("appends the path once, after any prefix, and keeps a query", () => {
    const made = ["https://a", "https://a/", "http://a:1/in/", "https://a/v1/logs", "https://a/in/v1/logs/?k=v#x"].map(
      (base) => endpointUrl(base, "v1/logs", "endpoint").href,
    );

    expect(made).toEqual([
      "https://a/v1/logs",
      "https://a/v1/logs",
      "http://a:1/in/v1/logs",
      "https://a/v1/logs",
      "https://a/in/v1/logs?k=v",
    ]);
  });

  it("refuses what is no such URL, without repeating it", () => {
    expect(() => endpointUrl("us.i.posthog.com", "v1/logs", "posthog.host")).toThrow(/posthog\.host is not a URL/);
    expect(() => endpointUrl("ftp://a", "v1/logs", "endpoint")).toThrow(/wanted http or https/);
    expect(() => endpointUrl("https://user:pass@a", "v1/logs", "endpoint")).toThrow(/carries credentials/);
  });
});
