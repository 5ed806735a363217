/**
 * Listen addresses, host:port. An address counts as loopback only when it can be nothing else: a host name other than
 * localhost may resolve to anything, and an empty host listens everywhere.
 */
import { isIP, isIPv4 } from "node:net";

export interface Endpoint {
  /** Host name or IP address, without brackets; 0.0.0.0 and :: listen on every interface. */
  readonly host: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
}

const MAX_PORT = 65_535;

/**
 * @param text 127.0.0.1:4317, localhost:4317, [::1]:4317, or :4317 for every interface; undefined when it is none of
 * these
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]*)):(\d{1,5})$/.exec(text.trim());
  if (match === null) return undefined;
  const [, bracketed, plain, digits] = match;
  const port = Number(digits);
  if (port > MAX_PORT) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  const host = plain ?? "";
  // Four numbers that are no address (256.0.0.1) would be taken for a host name and fail only when bound.
  if (/^[\d.]+$/.test(host) && !isIPv4(host)) return undefined;
  return { host: host === "" ? "0.0.0.0" : host, port };
}

export function formatEndpoint(endpoint: Endpoint): string {
  return isIP(endpoint.host) === 6 ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
}

/** True when nothing outside this machine (or pod) can connect. */
export function isLoopback(endpoint: Endpoint): boolean {
  const host = endpoint.host.toLowerCase();
  if (host === "localhost" || host === "::1") return true;
  const mapped = host.startsWith("::ffff:") ? host.slice("::ffff:".length) : host;
  return isIPv4(mapped) && mapped.startsWith("127.");
}
