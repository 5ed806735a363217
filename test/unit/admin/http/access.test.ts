import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AccessControl } from "../../../../src/admin/http/access.ts";
import { Secret } from "../../../../src/config/secret.ts";

const TOKEN = "s3cret.token-~+/=";

function control(host: string, token: string): AccessControl {
  return new AccessControl({ endpoint: { host, port: 8888 }, token: new Secret(token) });
}

describe("AccessControl", () => {
  it("says how a caller was let in", () => {
    const authorization = `Bearer ${TOKEN}`;

    expect(control("127.0.0.1", TOKEN).admit("read", { host: "localhost" })).toBe("loopback");
    expect(control("127.0.0.1", TOKEN).admit("change", { host: "localhost", authorization })).toBe("token");
    expect(control("127.0.0.1", "").admit("change", { host: "localhost" })).toBe("loopback");
    expect(control("0.0.0.0", TOKEN).admit("open", {})).toBe("open");
    expect(control("0.0.0.0", "").admit("change", {})).toBe("open");
  });

  it("takes an empty token for none: it lets nobody in as its bearer", () => {
    expect(control("127.0.0.1", "").admit("read", { host: "localhost", authorization: "Bearer " })).toBe("loopback");
  });

  it("lets no other text through as the token", () => {
    const access = control("0.0.0.0", TOKEN);
    const sent = fc.oneof(
      fc.string(),
      fc.string().map((text) => `Bearer ${text}`),
      fc.constant(`Bearer ${TOKEN}\u0000`),
    );

    fc.assert(
      fc.property(sent, (authorization) => {
        fc.pre(authorization.trim() !== `Bearer ${TOKEN}`);
        expect(() => access.admit("change", { authorization })).toThrow("Authorization");
      }),
    );
  });

  it("knows loopback by what is bound, whatever a caller says", () => {
    expect(() => control("0.0.0.0", TOKEN).admit("read", { host: "localhost" })).toThrow("Authorization");
    expect(() => control("::1", TOKEN).admit("read", {})).toThrow("Host");
    expect(control("::1", TOKEN).admit("read", { host: "[::1]:8888" })).toBe("loopback");
  });
});
