/** Who sent records: what decisions depend on, and no name of anybody. */
export interface Sender {
  /** True when the peer is in receivers.otlp.trust_weights: its lipservice.* and sampling.* attributes count. */
  readonly trusted: boolean;
  /** Number of the peer, below receivers.otlp.max_peers; 0 for everybody while no listener authenticates. */
  readonly peer: number;
}

/** How a request reached us: what the pipeline needs to know of it, nothing of its content. */
export interface RequestOrigin extends Sender {
  readonly transport: "grpc" | "http";
  /** What OTLP/JSON lost on its way to protobuf; undefined when nothing was. */
  readonly transcoding: TranscodingLosses | undefined;
}

/** Records that the OTLP/JSON transcoder refused one by one (they count as received and rejected) or had to repair. */
export interface TranscodingLosses {
  readonly rejected: number;
  /** Of the rejected: their values nest too deep; the others have a field of a wrong type. */
  readonly tooDeep: number;
  /** First reason of the rejected, one sentence without sender text; empty when none. */
  readonly message: string;
  /** Records with text that is no valid UTF-8 and was replaced; all that stands outside of records counts as one. */
  readonly repairedText: number;
}

/** The answer to one request; mapped once, in receivers/otlp/status.ts, to gRPC and HTTP. */
export type ConsumeResult =
  /** Survivors are as safe as `durability` says. `rejectedRecords` > 0 becomes partial_success. */
  | { readonly kind: "accepted"; readonly rejectedRecords: number; readonly message: string }
  /** Nothing was taken; the same request may succeed later. */
  | { readonly kind: "refused"; readonly cause: RefusalCause; readonly retryAfterMs: number }
  /** The request can never succeed as it is: framing damaged above the LogRecord. */
  | { readonly kind: "invalid"; readonly message: string };

/** Values of the metric label `cause` of requests_refused_total (retryable). */
export const REFUSAL_CAUSES = ["queue_full", "memory", "draining", "concurrency"] as const;
export type RefusalCause = (typeof REFUSAL_CAUSES)[number];

/** Values of the metric label `cause` of requests_rejected_total (permanent). */
export const REJECTION_CAUSES = [
  "malformed",
  "too_large",
  "unsupported_media_type",
  "unsupported_encoding",
  "bad_encoding",
  "not_found",
  "method_not_allowed",
  "unauthenticated",
  "unimplemented",
  "timeout",
  "internal",
] as const;
export type RejectionCause = (typeof REJECTION_CAUSES)[number];

/** Takes decoded-from-transport requests. Synchronous whenever it can be: a promise only for large or fsynced batches. */
export interface LogsConsumer {
  /**
   * @param request an uncompressed protobuf ExportLogsServiceRequest; the consumer may keep views of it until it answers
   */
  consumeLogs(request: Uint8Array, origin: RequestOrigin): ConsumeResult | Promise<ConsumeResult>;
}

/** Bytes in flight: asked before a body is read, on both transports. */
export interface Admission {
  /**
   * @param bytes what the request will need at least (Content-Length, or a nominal size when unknown)
   */
  admit(bytes: number): AdmissionTicket | AdmissionRefusal;
  /** The largest request (after decompression) that can ever be taken: min(configured, 25 % of the memory limit). Bytes. */
  readonly maxRequestBytes: number;
}

export interface AdmissionTicket {
  readonly admitted: true;
  /** Raises the reservation to `totalBytes` (body read so far, then its inflated size). False: refuse the request now. */
  grow(totalBytes: number): boolean;
  /** Must be called exactly once, when the answer was sent or the request died. */
  release(): void;
}

export interface AdmissionRefusal {
  readonly admitted: false;
  readonly cause: RefusalCause;
  readonly retryAfterMs: number;
}
