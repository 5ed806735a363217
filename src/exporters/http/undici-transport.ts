/**
 * HttpTransport over an undici Pool: keep-alive, one request at a time a connection (so that a broken connection makes
 * one outcome unknown, not several), no redirects, no retries of its own. Loaded when the first transport opens, and of
 * undici only the pool: everything else in the package would cost 8 MiB that are never used here.
 */
import { createRequire } from "node:module";
import type { Dispatcher, Pool } from "undici";
import type { Timers } from "../sending/timers.ts";
import { HttpAttempt } from "./http-attempt.ts";
import type { HttpAnswer, HttpPost, HttpTarget, HttpTransport } from "./http-transport.ts";

const CONNECT_TIMEOUT_MS = 5000;
/** Below the idle timeout of the load balancers we know, so that we never write into a connection they are closing. */
const KEEP_ALIVE_MS = 4000;
const TCP_KEEP_ALIVE_MS = 15_000;

export function openUndiciTransport(target: HttpTarget, timers: Timers): HttpTransport {
  const require = createRequire(import.meta.url);
  const PoolClass: typeof Pool = require("undici/lib/dispatcher/pool.js");
  const pool = new PoolClass(target.url.origin, {
    connections: target.maxConnections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // The attempt keeps its own time, to the millisecond and from its start; undici's would only repeat it.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS },
  });
  const path = target.url.pathname + target.url.search;
  return {
    post: (request, signal) => post(pool, path, request, signal, timers),
    close: () => pool.destroy(),
  };
}

function post(
  pool: Dispatcher,
  path: string,
  request: HttpPost,
  signal: AbortSignal,
  timers: Timers,
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const attempt = new HttpAttempt(request.timeoutMs, timers, signal, resolve);
    if (signal.aborted) return;
    try {
      pool.dispatch({ path, method: "POST", headers: { ...request.headers }, body: request.body }, attempt);
    } catch (error) {
      attempt.onResponseError(undefined, error);
    }
  });
}
