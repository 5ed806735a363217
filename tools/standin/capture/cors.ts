/**
 * The destination's very permissive CORS layer: mirrors what the browser asks for. It is the outermost layer, so every
 * answer carries it, and a preflight is answered before anything else is looked at.
 */
import type { IncomingHttpHeaders } from "node:http";

const ALLOWED_METHODS = "GET,POST,OPTIONS";
const VARY = "origin, access-control-request-method, access-control-request-headers";

/** Headers of an answer to a request with these headers. */
export function corsHeaders(request: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = { vary: VARY, "access-control-allow-credentials": "true" };
  if (request.origin !== undefined) headers["access-control-allow-origin"] = request.origin;
  return headers;
}

/** Headers of the answer to an OPTIONS request. */
export function preflightHeaders(request: IncomingHttpHeaders): Record<string, string> {
  const asked = request["access-control-request-headers"];
  return {
    ...corsHeaders(request),
    "access-control-allow-methods": ALLOWED_METHODS,
    ...(asked === undefined ? {} : { "access-control-allow-headers": asked }),
  };
}
