/**
 * receivers.otlp.trust_weights: who may say how much a record counts. An address is compared as an address, so that
 * ::ffff:10.0.0.1 is 10.0.0.1; an identity is what the sender authenticated as.
 */
import { BlockList, isIP, isIPv4 } from "node:net";

const IDENTITY = "identity:";

/** @returns the entry as written when it is an address, a network or identity:NAME */
export function parseTrustedPeer(entry: string): string | undefined {
  if (entry.startsWith(IDENTITY)) return entry.length > IDENTITY.length ? entry : undefined;
  const [address = "", prefix, ...rest] = entry.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes("%")) return undefined;
  if (prefix === undefined) return entry;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128) ? entry : undefined;
}

/**
 * @param entries valid ones: those that parseTrustedPeer returns
 * @returns whether a peer is trusted, by its address or by the identity it authenticated as ("" for nobody)
 */
export function trustedPeers(entries: readonly string[]): (peerAddress: string, identity: string) => boolean {
  const identities = new Set(
    entries.flatMap((entry) => (entry.startsWith(IDENTITY) ? [entry.slice(IDENTITY.length)] : [])),
  );
  const networks = new BlockList();
  for (const entry of entries) {
    if (entry.startsWith(IDENTITY)) continue;
    const [address = "", prefix] = entry.split("/");
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    if (prefix === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(prefix), family);
  }
  return (peerAddress, identity) => {
    if (identity !== "" && identities.has(identity)) return true;
    const address = unmapped(peerAddress);
    const family = isIP(address);
    return family !== 0 && networks.check(address, family === 4 ? "ipv4" : "ipv6");
  };
}

/** The IPv4 address of an IPv4 peer on a dual-stack socket; link-local addresses without their zone. */
function unmapped(peerAddress: string): string {
  const address = peerAddress.replace(/%.*$/, "").toLowerCase();
  const mapped = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : "";
  return isIPv4(mapped) ? mapped : address;
}
