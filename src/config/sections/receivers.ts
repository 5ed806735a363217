/** receivers: where logs come in. */
import type { z } from "zod";
import type { Endpoint } from "../endpoint.ts";
import { endpoint } from "../fields/address.ts";
import { flag } from "../fields/choice.ts";
import { list, optionalSection, section } from "../fields/group.ts";
import { bytes, duration, integer } from "../fields/number.ts";
import { secret } from "../fields/secret.ts";
import { custom, text } from "../fields/text.ts";
import type { Secret } from "../secret.ts";
import { parseTrustedPeer } from "../trusted-peers.ts";

export interface ReceiversConfig {
  readonly otlp: OtlpReceiverConfig;
}

export interface OtlpReceiverConfig {
  /** At least one is defined. */
  readonly protocols: { readonly grpc: GrpcConfig | undefined; readonly http: HttpConfig | undefined };
  /** IP addresses, networks in CIDR notation, identity:NAME; see trusted-peers.ts. */
  readonly trust_weights: readonly string[];
  readonly max_peers: number;
}

interface ListenerConfig {
  readonly endpoint: Endpoint;
  readonly tls: TlsConfig;
  readonly auth: AuthConfig;
  readonly insecure_listen: boolean;
}

export interface GrpcConfig extends ListenerConfig {
  /** MiB. */
  readonly max_recv_msg_size_mib: number;
}

export interface HttpConfig extends ListenerConfig {
  /** Bytes, before and after decompression. */
  readonly max_request_body_size: number;
  readonly cors: CorsConfig;
}

/** Paths of PEM files; all empty: no TLS. */
export interface TlsConfig {
  readonly cert_file: string;
  readonly key_file: string;
  /** Not empty: clients must show a certificate that one of these signed. */
  readonly client_ca_file: string;
}

/** Empty: no authentication. */
export interface AuthConfig {
  readonly bearer_tokens: readonly Secret[];
  readonly basic_users: readonly { readonly username: string; readonly password: Secret }[];
}

/** No origins: no CORS headers. */
export interface CorsConfig {
  readonly allowed_origins: readonly string[];
  readonly allowed_headers: readonly string[];
  readonly exposed_headers: readonly string[];
  /** Milliseconds. */
  readonly max_age: number;
}

/** Tokens that are valid at once: the old and the new one during a rotation, and one a team. */
const MAX_TOKENS = 64;
const MAX_ORIGINS = 64;
const MAX_PEERS = 256;

export function receiversSection(): z.ZodType<ReceiversConfig> {
  return section("Where logs come in.", {
    otlp: section("OTLP over gRPC and HTTP.", {
      protocols: protocolsSection(),
      trust_weights: list(
        "Trusted senders: IP addresses, networks such as 10.0.0.0/8, or identity:NAME for an authenticated sender. Their `lipservice.*` and `sampling.*` attributes count; those of all others are removed.",
        custom({
          about: "A trusted sender.",
          why: "These attributes change how much a record counts, so no sender is trusted by default.",
          wanted: "an IP address, a network such as 10.0.0.0/8, or identity:NAME",
          json: { type: "string" },
          parse: parseTrustedPeer,
          print: (peer) => peer,
        }),
        MAX_PEERS,
      ),
      max_peers: integer({
        about:
          "Authenticated senders (tokens, users, client certificates) with a share of the budget of their own; further senders have one share together.",
        why: "Each costs 40 to 140 KiB at 1,000 services. Without authentication all clients are one sender.",
        default: 32,
        min: 1,
        max: 256,
      }),
    }),
  });
}

function protocolsSection(): z.ZodType<OtlpReceiverConfig["protocols"]> {
  const both = { grpc: {}, http: {} };
  return section("Only the protocols that are listed are served; both when none is listed.", protocolFields(), both);
}

function protocolFields(): { grpc: z.ZodType<GrpcConfig | undefined>; http: z.ZodType<HttpConfig | undefined> } {
  return {
    grpc: optionalSection("OTLP/gRPC.", {
      endpoint: endpoint({
        about: "host:port to listen on.",
        why: "OTLP's port; loopback, because a sidecar shares its network namespace with the application.",
        default: "127.0.0.1:4317",
      }),
      max_recv_msg_size_mib: integer({
        about: "Largest request in MiB, decompressed; never more than 25 % of the memory limit.",
        why: "SDKs and Collectors send less; gRPC's default of 4 MiB would reject valid batches permanently.",
        default: 64,
        min: 1,
        max: 1024,
      }),
      ...listenerFields(),
    }),
    http: optionalSection("OTLP/HTTP, protobuf and JSON.", {
      endpoint: endpoint({
        about: "host:port to listen on.",
        why: "OTLP's port; loopback, because a sidecar shares its network namespace with the application.",
        default: "127.0.0.1:4318",
      }),
      max_request_body_size: bytes({
        about: "Largest request body, before and after decompression; never more than 25 % of the memory limit.",
        why: "The same limit as for gRPC.",
        default: "64MiB",
        min: "1KiB",
        max: "1GiB",
      }),
      cors: corsSection(),
      ...listenerFields(),
    }),
  };
}

function listenerFields(): {
  tls: z.ZodType<TlsConfig>;
  auth: z.ZodType<AuthConfig>;
  insecure_listen: z.ZodType<boolean>;
} {
  return {
    tls: section("TLS of the listener; off without a certificate.", {
      cert_file: pemFile("File with the certificate chain, PEM.", "Loopback traffic needs no TLS."),
      key_file: pemFile("File with the private key, PEM.", "cert_file needs its key."),
      client_ca_file: pemFile(
        "File with certificate authorities, PEM: clients must then present a certificate that one of them signed, which counts as authentication.",
        "Client certificates are optional.",
      ),
    }),
    auth: section("Credentials that clients must present; without any, every client that can connect may send.", {
      bearer_tokens: list(
        "Accepted tokens of the header `Authorization: Bearer …`; several, so that tokens can be rotated.",
        secret({ about: "A token.", why: "An empty token would admit every client.", minLength: 1 }),
        MAX_TOKENS,
      ),
      basic_users: list(
        "Users of `Authorization: Basic …`.",
        section("A user.", {
          username: text({
            about: "Name.",
            why: "Identifies the sender in trust_weights.",
            pattern: { regex: /^[^:\s]{1,64}$/, wanted: "1 to 64 characters without white space or colons" },
          }),
          password: secret({ about: "Password.", why: "An empty password would admit every client.", minLength: 1 }),
        }),
        MAX_TOKENS,
      ),
    }),
    insecure_listen: flag({
      about: "Listen beyond loopback without authentication.",
      why: "Every client that can connect can spend the budget, so an open port must be configured explicitly.",
      default: false,
    }),
  };
}

function corsSection(): z.ZodType<CorsConfig> {
  return section("Browsers that may send across origins; none without an allowed origin.", {
    allowed_origins: list(
      "Origins such as https://app.example.com; `*` stands for any characters.",
      text({ about: "An origin.", why: "Each origin is allowed explicitly.", minLength: 1, maxLength: 256 }),
      MAX_ORIGINS,
    ),
    allowed_headers: list(
      "Request headers beyond those that CORS always allows.",
      text({ about: "A header's name.", why: "OTLP needs Content-Type only.", minLength: 1, maxLength: 256 }),
      MAX_ORIGINS,
    ),
    exposed_headers: list(
      "Response headers that scripts may read.",
      text({ about: "A header's name.", why: "The body of an answer is enough.", minLength: 1, maxLength: 256 }),
      MAX_ORIGINS,
    ),
    max_age: duration({
      about: "How long browsers may remember the answer to a preflight request; 0s leaves it to them.",
      why: "The Collector's default.",
      default: "0s",
      min: "0s",
      max: "24h",
    }),
  });
}

function pemFile(about: string, why: string): z.ZodType<string> {
  return text({ about, why, default: "" });
}
