import { describe, expect, it } from "vitest";
import { requestHeaders } from "../../../../src/exporters/otlphttp/request-headers.ts";

describe("requestHeaders", () => {
  it("lower-cases names and keeps values", () => {
    expect(requestHeaders({ Authorization: "Basic eA==", "X-Tenant": "a b\tö" })).toEqual({
      authorization: "Basic eA==",
      "x-tenant": "a b\tö",
    });
  });

  it("refuses what could never be sent, without printing the value", () => {
    for (const [name, value] of [
      ["bad name", "secret"],
      ["", "secret"],
      ["x-key", "secret\r\nx-other: 1"],
      ["x-key", "secret 🦀"],
      ["Content-Length", "secret"],
      ["Host", "secret"],
    ] as const) {
      expect(() => requestHeaders({ [name]: value })).toThrow(/^otlphttp\.headers (?!.*secret)/s);
    }
  });
});
