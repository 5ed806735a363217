/**
 * An OTLP logs request as objects, the way the destination's decoder sees it: what the stand-in stores is made from
 * this. Fields that the destination never reads (schema_url, scope attributes, observed time, dropped counts) are not
 * here.
 */

/**
 * `empty` is an AnyValue message without a value; a missing AnyValue message is `undefined` where it may be missing.
 */
export type AnyValue =
  | { readonly kind: "empty" }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "double"; readonly value: number }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "array"; readonly values: AnyValue[] }
  | { readonly kind: "kvlist"; readonly values: KeyValue[] };

export interface KeyValue {
  key: string;
  value: AnyValue | undefined;
}

export interface LogRecord {
  /** 0 .. 2^64-1; 0 is "unknown". */
  timeUnixNano: bigint;
  /** Any 32-bit integer: the enumeration is open. */
  severityNumber: number;
  severityText: string;
  body: AnyValue | undefined;
  readonly attributes: KeyValue[];
  flags: number;
  /** Of any length. */
  traceId: Uint8Array;
  spanId: Uint8Array;
  eventName: string;
}

export interface Scope {
  name: string;
  version: string;
}

export interface ScopeLogs {
  scope: Scope | undefined;
  readonly logRecords: LogRecord[];
}

export interface Resource {
  readonly attributes: KeyValue[];
}

export interface ResourceLogs {
  resource: Resource | undefined;
  readonly scopeLogs: ScopeLogs[];
}

export interface LogsRequest {
  readonly resourceLogs: ResourceLogs[];
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** A record with every field at its default. */
export function emptyLogRecord(): LogRecord {
  return {
    timeUnixNano: 0n,
    severityNumber: 0,
    severityText: "",
    body: undefined,
    attributes: [],
    flags: 0,
    traceId: NO_BYTES,
    spanId: NO_BYTES,
    eventName: "",
  };
}
