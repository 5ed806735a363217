/**
 * What the OTLP receivers are told, resolved: plain numbers with units in their names, no configuration syntax.
 * Every limit of the two servers stands here once, with its default and the reason for it.
 */
import type { ListenSettings } from "../listen/listening-server.ts";

export interface OtlpSettings {
  /** Absent: the transport is off. */
  readonly grpc?: OtlpGrpcSettings;
  readonly http?: OtlpHttpSettings;
}

/** True when some listener asks who is sending: senders can then be told apart. */
export function authenticates({ grpc, http }: OtlpSettings): boolean {
  return [grpc, http].some(
    (listener) =>
      listener !== undefined &&
      (listener.auth.bearerTokens.length > 0 ||
        listener.auth.basicUsers.length > 0 ||
        listener.tls?.clientCaFile !== undefined),
  );
}

/** What both transports have. */
export interface OtlpListenSettings extends ListenSettings {
  /** After decompression. The smaller of this and the admission's own limit holds. */
  readonly maxRequestBytes: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
}

export interface OtlpHttpSettings extends OtlpListenSettings {
  /** Compared whole; a query string is ignored. */
  readonly path: string;
  readonly headersTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often the two timeouts above and requestTimeoutMs are looked at. */
  readonly timeoutCheckIntervalMs: number;
  readonly maxHeaderBytes: number;
  readonly maxRequestsPerConnection: number;
  /** Absent: browsers get no permission. */
  readonly cors?: CorsSettings;
}

export interface CorsSettings {
  /** `*` matches any run of characters: https://*.example.com. */
  readonly allowedOrigins: readonly string[];
  /** Beyond Accept, Content-Type, Content-Encoding and X-Requested-With; one `*` allows all. */
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** How long a browser may remember a preflight; 0 sends no such header. */
  readonly maxAgeSeconds: number;
}

export interface OtlpGrpcSettings extends OtlpListenSettings {
  /** Directory that holds opentelemetry/proto/collector/logs/v1/logs_service.proto. */
  readonly protoDirectory: string;
  /** Calls at once on one connection. */
  readonly maxConcurrentStreams: number;
  /** A connection lives this long ± 10 %, so that load balancers can spread clients anew. */
  readonly maxConnectionAgeMs: number;
  readonly maxConnectionAgeGraceMs: number;
  readonly maxConnectionIdleMs: number;
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
  /** From accept to the 24 bytes every HTTP/2 client sends first. */
  readonly prefaceTimeoutMs: number;
  /** Flow control: what a client may send on one stream before it hears from us. */
  readonly streamWindowBytes: number;
  /** The same for all streams of a connection together. */
  readonly connectionWindowBytes: number;
}

type Defaults<Settings extends OtlpListenSettings, Required extends keyof Settings> = Omit<
  Settings,
  "host" | "port" | "insecureListen" | "tls" | "auth" | "maxRequestBytes" | Required
>;

/** A sender that needs longer than this for one request is broken or hostile; an SDK gives up after 10 s itself. */
const REQUEST_TIMEOUT_MS = 15_000;
const MAX_CONNECTIONS = 1024;

export const OTLP_HTTP_DEFAULTS: Defaults<OtlpHttpSettings, "cors"> = {
  path: "/v1/logs",
  maxConnections: MAX_CONNECTIONS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  headersTimeoutMs: 5_000,
  keepAliveTimeoutMs: 20_000,
  timeoutCheckIntervalMs: 1_000,
  maxHeaderBytes: 16_384,
  maxRequestsPerConnection: 10_000,
};

export const OTLP_GRPC_DEFAULTS: Defaults<OtlpGrpcSettings, "protoDirectory"> = {
  maxConnections: MAX_CONNECTIONS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  maxConcurrentStreams: 100,
  maxConnectionAgeMs: 30 * 60_000,
  maxConnectionAgeGraceMs: 30_000,
  maxConnectionIdleMs: 10 * 60_000,
  keepaliveTimeMs: 60_000,
  keepaliveTimeoutMs: 20_000,
  prefaceTimeoutMs: 5_000,
  // With HTTP/2's default of 64 KiB a request of 143 KB waits for two window updates; measured, they cost the server
  // half as much CPU again. A whole ordinary request fits 1 MiB.
  streamWindowBytes: 1024 * 1024,
  connectionWindowBytes: 4 * 1024 * 1024,
};
