import { describe, expect, it } from "vitest";
import { parseTrustedPeer, trustedPeers } from "../../../src/config/trusted-peers.ts";

describe("parseTrustedPeer", () => {
  it.each(["10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "0.0.0.0/0", "identity:gateway"])("takes %s", (entry) => {
    expect(parseTrustedPeer(entry)).toBe(entry);
  });

  it.each([
    "",
    "gateway",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.1/8/8",
    "10.0.0/8",
    "10.0.0.1/",
    "identity:",
    "fe80::1%eth0",
    "10.0.0.1/-1",
  ])("refuses %j", (entry) => {
    expect(parseTrustedPeer(entry)).toBeUndefined();
  });
});

describe("trustedPeers", () => {
  const isTrusted = trustedPeers(["10.0.0.0/8", "192.0.2.7", "fd00::/8", "identity:gateway"]);

  it.each(["10.1.2.3", "::ffff:10.1.2.3", "192.0.2.7", "fd12::1", "fd12::1%eth0"])("trusts %s", (address) => {
    expect(isTrusted(address, "")).toBe(true);
  });

  it.each(["11.0.0.1", "192.0.2.8", "::ffff:11.0.0.1", "fe80::1", "", "nonsense"])("does not trust %j", (address) => {
    expect(isTrusted(address, "")).toBe(false);
  });

  it("trusts an identity wherever it comes from, and nobody without one", () => {
    expect(isTrusted("203.0.113.1", "gateway")).toBe(true);
    expect(isTrusted("203.0.113.1", "other")).toBe(false);
    expect(trustedPeers([])("127.0.0.1", "")).toBe(false);
  });
});
