import { describe, expect, it } from "vitest";
import { ANONYMOUS, Authenticator, commonNameOf } from "../../../../src/receivers/listen/authenticator.ts";

const open = new Authenticator({ bearerTokens: [], basicUsers: [] });
const tokens = new Authenticator({
  bearerTokens: [
    { identity: "a", token: "first" },
    { identity: "b", token: "second" },
  ],
  basicUsers: [],
});
const users = new Authenticator({ bearerTokens: [], basicUsers: [{ username: "u", password: "p" }] });

describe("Authenticator", () => {
  it("lets everyone in, unnamed, when nothing is configured", () => {
    expect(open.required).toBe(false);
    expect(open.identify(undefined)).toBe(ANONYMOUS);
    expect(open.identify("Bearer whatever")).toBe(ANONYMOUS);
  });

  it("names the entry that matched", () => {
    expect(tokens.identify("Bearer first")).toBe("a");
    expect(tokens.identify("BEARER   second ")).toBe("b");
    expect(users.identify(`Basic ${btoa("u:p")}`)).toBe("u");
  });

  it.each(["", "Bearer", "Bearer ", "first", "Basic first", "Bearer First", "Bearer firsts", "Digest first"])(
    "refuses %j",
    (header) => {
      expect(tokens.identify(header)).toBeUndefined();
    },
  );

  it("refuses no header at all", () => {
    expect(tokens.identify(undefined)).toBeUndefined();
  });

  it("keeps schemes apart: a token is no password, a password no token", () => {
    expect(users.identify("Bearer u:p")).toBeUndefined();
    expect(tokens.identify(`Basic ${btoa("first")}`)).toBeUndefined();
  });

  it("challenges for the schemes it has", () => {
    expect(tokens.challenge).toBe("Bearer");
    expect(users.challenge).toBe('Basic realm="otlp"');
  });

  it("does not take an empty secret for a secret", () => {
    expect(() => new Authenticator({ bearerTokens: [{ identity: "x", token: "" }], basicUsers: [] })).toThrow(/empty/);
    expect(() => new Authenticator({ bearerTokens: [], basicUsers: [{ username: "x", password: "" }] })).toThrow(
      /empty/,
    );
  });

  it("tells senders apart: the same token or user is one on every listener, whatever its place in the list", () => {
    const other = new Authenticator({
      bearerTokens: [{ identity: "a", token: "second" }],
      basicUsers: [{ username: "u", password: "another" }],
    });
    expect(other.peerKeyOf("a", "http")).toBe(tokens.peerKeyOf("b", "grpc"));
    expect(other.peerKeyOf("u", "http")).toBe(users.peerKeyOf("u", "grpc"));
    const keys = [tokens.peerKeyOf("a", "grpc"), tokens.peerKeyOf("b", "grpc"), users.peerKeyOf("u", "grpc")];
    keys.push(open.peerKeyOf("u", "grpc"), open.peerKeyOf(ANONYMOUS, "grpc"), open.peerKeyOf(ANONYMOUS, "http"));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.join(" ")).not.toMatch(/first|second/);
  });

  it("shows no secret when printed", () => {
    expect(JSON.stringify(tokens)).not.toContain("first");
  });
});

describe("commonNameOf", () => {
  it("is anonymous without a certificate or a name", () => {
    expect(commonNameOf(undefined)).toBe(ANONYMOUS);
  });
});
