/**
 * Where requests go: one attempt at a time, and what its answer means. Everything that differs between PostHog, an OTLP
 * server, a file and a log line is behind this interface; queueing, batching, pausing and splitting are the sender's.
 */

/** One built request, as a destination sees it. */
export interface OutgoingRequest {
  /** A protobuf ExportLogsServiceRequest. */
  readonly bytes: Uint8Array;
  readonly recordCount: number;
  /** Records by KEEP_REASONS code. */
  countReasons(): Uint32Array;
}

/**
 * What an answer means. `code` is the label of export_requests_total: an HTTP status, or timeout, connect, reset,
 * abort.
 */
export type Outcome =
  /** The commit point was passed. `rejectedRecords`: refused by the destination, for good, without saying which. */
  | { readonly kind: "accepted"; readonly code: string; readonly rejectedRecords: number }
  /**
   * The same request may succeed later. `suspect`: the request itself may be the cause (a 500).
   * `retryAfterMs` is what the destination asked for, unclamped. `message` is for a person: one sentence, no secrets.
   */
  | {
      readonly kind: "retry";
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
      readonly suspect: boolean;
    }
  /** This request can never succeed: a record in it is refused, or it is too large. */
  | { readonly kind: "split"; readonly code: string; readonly cause: "poison" | "too_large" }
  /** Nothing can succeed until a person, or a new credential, changes something. */
  | { readonly kind: "hold"; readonly code: string; readonly message: string }
  /** The destination changed how it sends (compression): the same request at once. At most once in its life. */
  | { readonly kind: "resend"; readonly code: string };

export interface Destination {
  /** Loads what sending needs. Rejects with one sentence that says what to do. */
  open(): Promise<void>;
  /** One attempt. Never rejects. Ends soon after `signal` aborts. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}
