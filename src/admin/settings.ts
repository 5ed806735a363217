/** What the admin port is told, resolved. */
import type { Endpoint } from "../config/endpoint.ts";
import type { Secret } from "../config/secret.ts";

export interface AdminSettings {
  readonly endpoint: Endpoint;
  /** Empty: none. */
  readonly token: Secret;
  /** Off loopback without a token is refused unless this is true. */
  readonly insecureListen: boolean;
  /** Largest request body, bytes. */
  readonly maxBodyBytes: number;
  /** Open event streams; the next is refused. */
  readonly maxStreams: number;
  readonly streamIntervalMs: number;
  readonly maxConnections: number;
}

/** What configuration does not name. */
export const ADMIN_LIMITS: Pick<AdminSettings, "maxBodyBytes" | "maxStreams" | "streamIntervalMs" | "maxConnections"> =
  {
    maxBodyBytes: 1024 * 1024,
    maxStreams: 16,
    streamIntervalMs: 1_000,
    maxConnections: 128,
  };
