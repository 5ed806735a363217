/** Settings of receivers and admission from the configuration. */
import { fileURLToPath } from "node:url";
import type { Config } from "../config/config.ts";
import type { AuthConfig, TlsConfig } from "../config/sections/receivers.ts";
import type { AdmissionSettings } from "../receivers/admission.ts";
import { ADMISSION_DEFAULTS, COPIES } from "../receivers/admission.ts";
import type { AuthSettings } from "../receivers/listen/authenticator.ts";
import type { TlsSettings } from "../receivers/listen/tls-files.ts";
import { TLS_DEFAULTS } from "../receivers/listen/tls-files.ts";
import type { OtlpSettings } from "../receivers/otlp/settings.ts";
import { OTLP_GRPC_DEFAULTS, OTLP_HTTP_DEFAULTS } from "../receivers/otlp/settings.ts";
import { queueSettings } from "./exporter-settings.ts";

const MIB = 1024 * 1024;
/** Shares of the memory limit: for one request, and for all requests in flight together. */
const REQUEST_MEMORY_SHARE = 0.25;
const IN_FLIGHT_MEMORY_SHARE = 0.25;
/**
 * Share of the memory limit up to which a lone request is accepted (MemoryPressure: half-way between its two shares).
 */
const LONE_REQUEST_SHARE = 0.725;
/**
 * Memory of an instance under traffic: heap, tables, context ring, buffers. In a small container a request with its
 * copies must fit between this and the share above; a larger one would be refused for ever.
 */
const WORKED_BYTES = 92 * MIB;
const MIN_REQUEST_BYTES = 4 * MIB;

export function receiverSettings(config: Config, memoryLimitBytes: number): OtlpSettings {
  const { grpc, http } = config.receivers.otlp.protocols;
  // A request larger than the whole queue can never be accepted.
  const requestLimit = Math.min(
    REQUEST_MEMORY_SHARE * memoryLimitBytes,
    Math.max(MIN_REQUEST_BYTES, (LONE_REQUEST_SHARE * memoryLimitBytes - WORKED_BYTES) / COPIES),
    queueSettings(config, memoryLimitBytes).maxBytes,
  );
  return {
    ...(grpc === undefined
      ? {}
      : {
          grpc: {
            ...OTLP_GRPC_DEFAULTS,
            host: grpc.endpoint.host,
            port: grpc.endpoint.port,
            insecureListen: grpc.insecure_listen,
            auth: authSettings(grpc.auth),
            ...tlsSettings(grpc.tls),
            maxRequestBytes: Math.floor(Math.min(grpc.max_recv_msg_size_mib * MIB, requestLimit)),
            protoDirectory: fileURLToPath(new URL(protoPath(import.meta.url), import.meta.url)),
          },
        }),
    ...(http === undefined
      ? {}
      : {
          http: {
            ...OTLP_HTTP_DEFAULTS,
            host: http.endpoint.host,
            port: http.endpoint.port,
            insecureListen: http.insecure_listen,
            auth: authSettings(http.auth),
            ...tlsSettings(http.tls),
            maxRequestBytes: Math.floor(Math.min(http.max_request_body_size, requestLimit)),
            ...(http.cors.allowed_origins.length === 0
              ? {}
              : {
                  cors: {
                    allowedOrigins: http.cors.allowed_origins,
                    allowedHeaders: http.cors.allowed_headers,
                    exposedHeaders: [],
                    maxAgeSeconds: http.cors.max_age / 1000,
                  },
                }),
          },
        }),
  };
}

/** proto/ lies beside src/ in a checkout and beside dist/ in a package. */
function protoPath(moduleUrl: string): string {
  return moduleUrl.includes("/dist/") ? "../../../proto/" : "../../proto/";
}

export function admissionSettings(receivers: OtlpSettings, memoryLimitBytes: number): AdmissionSettings {
  const largest = Math.max(receivers.grpc?.maxRequestBytes ?? 0, receivers.http?.maxRequestBytes ?? 0);
  return {
    ...ADMISSION_DEFAULTS,
    maxInFlightBytes: Math.floor(IN_FLIGHT_MEMORY_SHARE * memoryLimitBytes),
    maxRequestBytes: largest,
  };
}

function authSettings(auth: AuthConfig): AuthSettings {
  const bearerTokens = auth.bearer_tokens.map((token, index) => ({
    identity: `token-${index}`,
    token: token.reveal(),
  }));
  const basicUsers = auth.basic_users.map(({ username, password }) => ({ username, password: password.reveal() }));
  return { bearerTokens, basicUsers };
}

function tlsSettings(tls: TlsConfig): { readonly tls?: TlsSettings } {
  if (tls.cert_file === "") return {};
  const clientCa = tls.client_ca_file === "" ? {} : { clientCaFile: tls.client_ca_file };
  return { tls: { ...TLS_DEFAULTS, certFile: tls.cert_file, keyFile: tls.key_file, ...clientCa } };
}
