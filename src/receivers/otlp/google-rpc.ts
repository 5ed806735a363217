/**
 * The few messages a receiver answers with, written by hand: google.rpc.Status with BadRequest and RetryInfo details,
 * and ExportLogsServiceResponse with partial_success. Binary and OTLP/JSON; messages are cut to MAX_MESSAGE_CHARS,
 * which keeps every answer far below the 4 MiB that clients must accept. Sources: google/rpc/status.proto,
 * google/rpc/error_details.proto, OTLP 1.11 "Partial Success".
 */

/** Characters of a developer-facing message; a longer one is cut. */
const MAX_MESSAGE_CHARS = 1024;

const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

export interface RpcStatus {
  /** google.rpc.Code. */
  readonly code: number;
  readonly message: string;
  /** Becomes RetryInfo: the client may come back after this long. Milliseconds. */
  readonly retryAfterMs?: number;
  /** Becomes BadRequest: what of the request is wrong; the message says how. */
  readonly badField?: string;
}

export function encodeStatus(status: RpcStatus): Buffer {
  const message = cut(status.message);
  const details: Buffer[] = [];
  if (status.badField !== undefined) {
    const violation = Buffer.concat([text(1, status.badField), text(2, message)]);
    details.push(bytes(3, any(BAD_REQUEST, bytes(1, violation))));
  }
  if (status.retryAfterMs !== undefined) {
    details.push(bytes(3, any(RETRY_INFO, bytes(1, duration(status.retryAfterMs)))));
  }
  return Buffer.concat([varint(1, status.code), text(2, message), ...details]);
}

export function statusToJson(status: RpcStatus): string {
  const message = cut(status.message);
  const details: object[] = [];
  if (status.badField !== undefined) {
    details.push({ "@type": BAD_REQUEST, fieldViolations: [{ field: status.badField, description: message }] });
  }
  if (status.retryAfterMs !== undefined) {
    details.push({ "@type": RETRY_INFO, retryDelay: `${(status.retryAfterMs / 1000).toFixed(3)}s` });
  }
  return JSON.stringify({ code: status.code, message, ...(details.length > 0 ? { details } : {}) });
}

/** @param rejectedRecords 0 with a message is a warning on full success */
export function encodePartialSuccess(rejectedRecords: number, message: string): Buffer {
  return bytes(1, Buffer.concat([varint(1, rejectedRecords), text(2, cut(message))]));
}

export function partialSuccessToJson(rejectedRecords: number, message: string): string {
  return JSON.stringify({
    partialSuccess: { rejectedLogRecords: String(rejectedRecords), errorMessage: cut(message) },
  });
}

function cut(message: string): string {
  return message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS - 1)}…` : message;
}

function any(typeUrl: string, value: Buffer): Buffer {
  return Buffer.concat([text(1, typeUrl), bytes(2, value)]);
}

/** google.protobuf.Duration. */
function duration(milliseconds: number): Buffer {
  const seconds = Math.floor(milliseconds / 1000);
  return Buffer.concat([varint(1, seconds), varint(2, Math.round((milliseconds - seconds * 1000) * 1e6))]);
}

function text(field: number, value: string): Buffer {
  return value === "" ? Buffer.alloc(0) : bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varintBytes(value.length), value]);
}

/** A zero is the default and is not written. */
function varint(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([field << 3]), varintBytes(value)]);
}

/** @param value an integer in 0..2^53-1 */
function varintBytes(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Buffer.from(out);
}
