/**
 * One export request on its way through the data plane: the received protobuf bytes plus columns (structure of arrays).
 * The index pass fills the wire columns, the signature stage the pattern of each record. What samplers decide about the
 * records lies beside the batch (`DecisionColumns`). No object per record exists.
 *
 * Offsets are byte positions in `bytes`. A range is [start, end). A range with start === end is absent or empty.
 */
export interface LogBatch {
  /** An ExportLogsServiceRequest as received. Never written to. May be a view into a pooled buffer: see `length`. */
  bytes: Uint8Array;
  /** Bytes of the request inside `bytes`. */
  length: number;

  /** Well-formed records, in wire order; columns are valid for 0..recordCount-1. */
  recordCount: number;
  /** Records damaged inside their own LogRecord, by REJECT_REASONS code; they have no column entry and are not forwarded. */
  rejected: Uint32Array;
  /** First damage, for partial_success's error_message: one sentence, no sender text. Empty when nothing was rejected. */
  rejectedMessage: string;

  // Owner: index pass (core/otlp/index/index-pass.ts) ------------------------------------------------------------------
  /** Content of the LogRecord message, without its tag and length. */
  recordStart: Uint32Array;
  recordEnd: Uint32Array;
  /** Content of body's string_value (or of bytes_value); for other kinds the range of the AnyValue's content. */
  bodyStart: Uint32Array;
  bodyEnd: Uint32Array;
  /** BODY_* code. */
  bodyKind: Uint8Array;
  /** 1..25, see model/severity.ts. Never 0: unspecified becomes INFO, as PostHog stores it. */
  severity: Uint8Array;
  /** Event time, unix milliseconds: time_unix_nano, else observed_time_unix_nano, else 0. */
  timeMs: Float64Array;
  /** Position of the 16 bytes of a valid (right length, not all zero) trace id; 0 = none. */
  traceStart: Uint32Array;
  /** Position of the 8 bytes of a valid span id; 0 = none. */
  spanStart: Uint32Array;
  /** Range of event_name. */
  eventStart: Uint32Array;
  eventEnd: Uint32Array;
  /** RecordMark bits. */
  marks: Uint16Array;
  /** Row of the scope table. */
  scope: Uint32Array;

  /** Scope table: one row a ScopeLogs message on the wire, in wire order. */
  scopes: ScopeRow[];
  scopeCount: number;
  /** Resource table: one row a ResourceLogs message on the wire, in wire order. */
  resources: ResourceRow[];
  resourceCount: number;

  // Owner: engine, of requests of trusted peers only ----------------------------------------------------------------
  /** True when `incoming` was filled in. */
  weighted: boolean;
  /** What each record counts for by its sender's stamps: 1 without them, 0 for a peer's context and summaries. */
  incoming: Float64Array;

  // Owner: signature stage -----------------------------------------------------------------------------------------
  /** Row in the pattern table. */
  pattern: Int32Array;
}

export interface ScopeRow {
  /** Row of the resource table this ScopeLogs belongs to. */
  resource: number;
  /** Range of the ScopeLogs content (without tag and length). */
  start: number;
  end: number;
  /**
   * Everything of the ScopeLogs content but its log_records (scope, schema_url, unknown fields), as flat pairs
   * start,end with their tags. Written verbatim ahead of the survivors.
   */
  envelope: number[];
}

export interface ResourceRow {
  /** Range of the ResourceLogs content (without tag and length). */
  start: number;
  end: number;
  /** Everything of the ResourceLogs content but its scope_logs, as flat pairs start,end with their tags. */
  envelope: number[];
  /** Last string value of the resource attribute service.name (U+FFFD for bad UTF-8); "" when absent. */
  service: string;
}

export const BODY_NONE = 0;
export const BODY_STRING = 1;
export const BODY_BOOL = 2;
export const BODY_INT = 3;
export const BODY_DOUBLE = 4;
export const BODY_ARRAY = 5;
export const BODY_KVLIST = 6;
export const BODY_BYTES = 7;

/** Bits of LogBatch.marks. */
export const MARK_HAS_STAMPS = 1; // carries lipservice.* or sampling.* attributes (stripped, or merged for trusted peers)
export const MARK_BAD_TRACE_ID = 2; // trace id present with a wrong length or all zero
export const MARK_BAD_SPAN_ID = 4;
export const MARK_HAS_EXCEPTION = 8; // carries exception.* attributes
export const MARK_STRINDEX = 16; // carries Profiles-only key_strindex / string_value_strindex
export const MARK_HAS_EVENT_NAME = 32;
export const MARK_OWN_EVENT = 128; // its event_name begins with "lipservice.": a summary or another record that we make ourselves
export const MARK_PASS_THROUGH = 256; // such a record of a trusted peer: forwarded as it is
export const MARK_HAS_TEMPLATE = 64; // carries an attribute with the statement's template, see core/otlp/wire/attribute-key.ts
