/**
 * A record becomes a row, by the rules of the destination's log_record.rs. Everything it discards or rewrites silently
 * is discarded and rewritten here too: observed time, ids of a wrong length, timestamps more than a day away.
 */
import { attributeTexts, jsonText } from "../decode/json-text.ts";
import type { AnyValue, LogRecord, Resource, Scope } from "../decode/otlp-request.ts";
import type { StoredRow } from "../stored-row.ts";
import { storedSeverity } from "./severity.ts";

const MAX_INT64 = 2n ** 63n - 1n;
const NANOS_PER_MILLI = 1_000_000n;
const NANOS_PER_DAY: bigint = 86_400_000n * NANOS_PER_MILLI;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** Scope and event names up to this length are not counted in a row's size. */
const FREE_NAME_BYTES = 50;
const SERVICE_NAME = "service.name";

/** A row before the consumer gave it a team and the store a position. */
export type CapturedRow = Omit<StoredRow, "sequence" | "token" | "team_id">;

/** What the records of one ScopeLogs have in common, computed once. */
export interface RowContext {
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly resourceBytes: number;
  readonly serviceName: string;
  readonly scope: string;
}

export interface RowResult {
  readonly row: CapturedRow;
  readonly timestampOverridden: boolean;
}

/** Resource attributes as stored; service.name is always among them. */
export function rowContext(resource: Resource | undefined, scope: Scope | undefined): RowContext {
  const texts = attributeTexts(resource?.attributes ?? []);
  if (!texts.has(SERVICE_NAME)) texts.set(SERVICE_NAME, '""');
  const service = texts.get(SERVICE_NAME) ?? "";
  return {
    resourceAttributes: Object.fromEntries(texts),
    resourceBytes: mapBytes(texts),
    serviceName: unquoted(service),
    scope: scope === undefined ? "" : `${scope.name}@${scope.version}`,
  };
}

/**
 * @param uuid the row's identity, made by the caller
 * @param nowMs unix milliseconds of the arrival
 * @returns undefined when time_unix_nano does not fit a signed 64-bit integer: the destination then refuses the request
 */
export function captureRow(record: LogRecord, context: RowContext, uuid: string, nowMs: number): RowResult | undefined {
  if (record.timeUnixNano > MAX_INT64) return undefined;
  const body = bodyText(record.body);
  const severity = storedSeverity(record.severityNumber, record.severityText, body);
  const attributes = attributeTexts(record.attributes);
  const nowNanos = BigInt(nowMs) * NANOS_PER_MILLI;
  const claimed = record.timeUnixNano === 0n ? nowNanos : record.timeUnixNano;
  const timestampOverridden = claimed < nowNanos - NANOS_PER_DAY || claimed > nowNanos + NANOS_PER_DAY;
  // Stored without quotes, unlike every other string attribute.
  if (timestampOverridden) attributes.set("$originalTimestamp", rfc3339(claimed));
  const row: CapturedRow = {
    uuid,
    trace_id: idText(record.traceId, TRACE_ID_BYTES),
    span_id: idText(record.spanId, SPAN_ID_BYTES),
    trace_flags: record.flags,
    timestamp: Number((timestampOverridden ? nowNanos : claimed) / 1000n),
    observed_timestamp: nowMs * 1000,
    body,
    severity_text: severity.text,
    severity_number: severity.number,
    service_name: context.serviceName,
    resource_attributes: context.resourceAttributes,
    instrumentation_scope: context.scope,
    event_name: record.eventName,
    attributes: Object.fromEntries(attributes),
    bytes_uncompressed:
      Buffer.byteLength(body) +
      context.resourceBytes +
      mapBytes(attributes) +
      longNameBytes(context.scope) +
      longNameBytes(record.eventName),
  };
  return { row, timestampOverridden };
}

/** Version 7: 48 bits of milliseconds, then random bits. @param random at least 10 bytes from `offset` on */
export function uuidV7(nowMs: number, random: Uint8Array, offset: number): string {
  const time = nowMs.toString(16).padStart(12, "0");
  const tail = Buffer.from(random.buffer, random.byteOffset + offset, 10).toString("hex");
  const variant = ((Number.parseInt(tail.slice(3, 4), 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(4, 7)}-${tail.slice(7, 19)}`;
}

function bodyText(body: AnyValue | undefined): string {
  if (body === undefined || body.kind === "empty") return "";
  return body.kind === "string" ? body.value : jsonText(body);
}

function idText(id: Uint8Array, size: number): string {
  const bytes = id.length === size ? Buffer.from(id.buffer, id.byteOffset, size) : Buffer.alloc(size);
  return bytes.toString("base64");
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const value: unknown = JSON.parse(text);
  return typeof value === "string" ? value : text;
}

function mapBytes(texts: ReadonlyMap<string, string>): number {
  let bytes = 0;
  for (const [key, text] of texts) bytes += Buffer.byteLength(key) + Buffer.byteLength(text);
  return bytes;
}

function longNameBytes(name: string): number {
  const bytes = Buffer.byteLength(name);
  return bytes > FREE_NAME_BYTES ? bytes : 0;
}

/** With 0, 3, 6 or 9 digits of fraction, as few as show all of it. */
function rfc3339(nanos: bigint): string {
  const seconds = new Date(Number(nanos / NANOS_PER_MILLI)).toISOString().slice(0, 19);
  let fraction = (nanos % 1_000_000_000n).toString().padStart(9, "0");
  while (fraction.endsWith("000")) fraction = fraction.slice(0, -3);
  return `${seconds}${fraction === "" ? "" : `.${fraction}`}+00:00`;
}
