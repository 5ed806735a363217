/**
 * What a receiver's answer says beyond its status: rejected records of a partial success, and the pause that a refusal
 * asks for. Answers that cannot be read say nothing; they never fail a request that was accepted.
 */
import protobuf from "protobufjs";

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const WIRE_LENGTH = 2;

/** @param response a protobuf ExportLogsServiceResponse */
export function rejectedInProtobuf(response: Uint8Array): number {
  return readable(() => {
    const partial = messageField(response, 1);
    return partial === undefined ? 0 : (integerField(partial, 1) ?? 0);
  }, 0);
}

/** @param response OTLP/JSON text of an ExportLogsServiceResponse */
export function rejectedInJson(response: string): number {
  return readable(() => {
    const document: { partialSuccess?: { rejectedLogRecords?: number | string } } | null = JSON.parse(response);
    const rejected = Number(document?.partialSuccess?.rejectedLogRecords ?? 0);
    return Number.isFinite(rejected) ? rejected : 0;
  }, 0);
}

/**
 * @param status the protobuf google.rpc.Status of a gRPC refusal
 * @returns the delay of its RetryInfo in milliseconds; undefined without one
 */
export function retryDelayInStatus(status: Uint8Array): number | undefined {
  return readable(() => {
    for (const detail of messageFields(status, 3)) {
      const type = messageField(detail, 1);
      if (type === undefined || Buffer.from(type).toString("latin1") !== RETRY_INFO) continue;
      const delay = messageField(messageField(detail, 2) ?? new Uint8Array(0), 1) ?? new Uint8Array(0);
      return (integerField(delay, 1) ?? 0) * 1000 + Math.ceil((integerField(delay, 2) ?? 0) / 1e6);
    }
    return undefined;
  }, undefined);
}

/**
 * @param header Retry-After: seconds or an HTTP-date
 * @returns milliseconds from now, never negative; undefined when it is neither
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** Contents of all length-delimited fields with this number. */
function messageFields(bytes: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === field * 8 + WIRE_LENGTH) found.push(reader.bytes());
    else reader.skipType(tag & 7);
  }
  return found;
}

function messageField(bytes: Uint8Array, field: number): Uint8Array | undefined {
  return messageFields(bytes, field).at(-1);
}

/** The last varint field with this number. */
function integerField(bytes: Uint8Array, field: number): number | undefined {
  let value: number | undefined;
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === field * 8) value = Number(reader.int64());
    else reader.skipType(tag & 7);
  }
  return value;
}
