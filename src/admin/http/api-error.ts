/**
 * Errors of the admin API: one table of codes and statuses, one shape on the wire, `{"error":{"code","message"}}`.
 * Messages are ours: they never repeat what a client sent, and end without a period.
 */
const STATUS_BY_CODE = {
  invalid_request: 400,
  invalid_json: 400,
  unauthenticated: 401,
  host_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  payload_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  refused: 422,
  too_many_streams: 429,
  header_too_large: 431,
  internal: 500,
  stopping: 503,
} as const;

export type ApiErrorCode = keyof typeof STATUS_BY_CODE;

// Object.keys forgets the keys of a literal; nothing adds to this one.
export const API_ERROR_CODES: readonly ApiErrorCode[] = Object.keys(STATUS_BY_CODE) as ApiErrorCode[];

export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param message one sentence: what was wrong and what is wanted
   * @param headers beside the body, such as Allow and WWW-Authenticate
   */
  constructor(code: ApiErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return STATUS_BY_CODE[this.code];
  }
}

export interface ErrorBody {
  readonly error: { readonly code: ApiErrorCode; readonly message: string };
}

export function errorBody(error: ApiError): ErrorBody {
  return { error: { code: error.code, message: error.message } };
}

/** Fastify's own refusals, by their codes; null for anything that is not one. */
const BY_FASTIFY_CODE: Readonly<Record<string, readonly [ApiErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["payload_too_large", "The body is larger than this port accepts"],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["invalid_request", "The body is not as long as Content-Length says"],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupported_media_type", "Send application/json"],
  FST_ERR_BAD_URL: ["invalid_request", "The path is not validly percent-encoded"],
  FST_ERR_MAX_PARAM_LENGTH: ["uri_too_long", "A part of the path is longer than any name"],
};

/** What a client is told of an error that a handler or the framework threw; anything unknown is internal. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const known = BY_FASTIFY_CODE[code];
  return known === undefined
    ? new ApiError("internal", "The request failed; the log says why")
    : new ApiError(...known);
}
