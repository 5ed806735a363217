/**
 * One POST and its answer, as the destinations see it: a status line is an answer whatever becomes of its body,
 * anything else is a failure of a known kind. Bounded: the body by MAX_BODY_BYTES and MAX_BODY_MS, the attempt by a
 * timeout.
 */

/** Read of an answer's body at most; the rest closes the connection. */
export const MAX_BODY_BYTES: number = 64 * 1024;
/** How long an answer's body is waited for once the status line is there. */
export const MAX_BODY_MS = 2000;

export interface HttpPost {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** From the start of the attempt to the answer's headers. */
  readonly timeoutMs: number;
}

export type HttpFailureCode = "timeout" | "connect" | "reset" | "abort";

export type HttpAnswer =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly contentType: string | undefined;
      /** What could be read of the body; may be cut off. */
      readonly body: Uint8Array;
    }
  | {
      readonly kind: "failure";
      readonly code: HttpFailureCode;
      /** The system's name of the error, such as ECONNREFUSED; "" when it has none. */
      readonly detail: string;
    };

export interface HttpTransport {
  /** Never rejects; ends soon after `signal` aborts. */
  post(request: HttpPost, signal: AbortSignal): Promise<HttpAnswer>;
  /** Closes all connections; attempts under way fail. */
  close(): Promise<void>;
}

export interface HttpTarget {
  /** http: or https: URL; path and query are part of every request. */
  readonly url: URL;
  readonly maxConnections: number;
}

export type OpenTransport = (target: HttpTarget) => Promise<HttpTransport>;
