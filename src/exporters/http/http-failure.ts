/** What kind of failure an error of a connection is, for the metric label and for the sentence that a person reads. */
import type { HttpFailureCode } from "./http-transport.ts";

const TIMEOUT_CODES: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** Failures before a single byte of the request was sent: name resolution, TCP, TLS. */
const CONNECT_CODES: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "ETIMEDOUT",
  "EADDRNOTAVAIL",
]);
/** OpenSSL's verification results and Node's TLS errors; verification is never switched off. */
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** @returns the failure's label and the system's name for it */
export function classifyFailure(error: unknown): { readonly code: HttpFailureCode; readonly detail: string } {
  const detail = systemCode(error);
  if (TIMEOUT_CODES.has(detail)) return { code: "timeout", detail };
  if (CONNECT_CODES.has(detail) || TLS_CODE.test(detail)) return { code: "connect", detail };
  return { code: "reset", detail };
}

function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string" && /^[A-Z0-9_]{1,48}$/.test(error.code)) return error.code;
  // Node tries several addresses of one name; the first one's reason stands for all.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined || inner === error ? "" : systemCode(inner);
}
