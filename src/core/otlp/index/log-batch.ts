/**
 * Makes, grows and resets the columns of a LogBatch. Batches are pooled: in steady state a request allocates nothing
 * here. Columns double when a request has more records than any before; a batch that grew beyond RETAINED_RECORDS or
 * RETAINED_ROWS releases the memory at its next reset.
 */
import { REJECT_REASONS } from "../../../model/decision.ts";
import type { LogBatch } from "../../../model/log-batch.ts";

/** Records whose columns a pooled batch keeps. */
export const RETAINED_RECORDS = 65_536;
/** Scope and resource rows a pooled batch keeps. */
export const RETAINED_ROWS = 4_096;

const NO_BYTES = new Uint8Array(0);

/** An empty batch with room for `capacity` records. */
export function createLogBatch(capacity: number): LogBatch {
  const size = Math.max(1, capacity);
  return {
    bytes: NO_BYTES,
    length: 0,
    recordCount: 0,
    rejected: new Uint32Array(REJECT_REASONS.length),
    rejectedMessage: "",
    recordStart: new Uint32Array(size),
    recordEnd: new Uint32Array(size),
    bodyStart: new Uint32Array(size),
    bodyEnd: new Uint32Array(size),
    bodyKind: new Uint8Array(size),
    severity: new Uint8Array(size),
    timeMs: new Float64Array(size),
    traceStart: new Uint32Array(size),
    spanStart: new Uint32Array(size),
    eventStart: new Uint32Array(size),
    eventEnd: new Uint32Array(size),
    marks: new Uint16Array(size),
    scope: new Uint32Array(size),
    scopes: [],
    scopeCount: 0,
    resources: [],
    resourceCount: 0,
    weighted: false,
    incoming: new Float64Array(0),
    pattern: new Int32Array(size),
  };
}

/** Number of records that the columns have room for. */
export function logBatchCapacity(batch: LogBatch): number {
  return batch.recordStart.length;
}

/** Gives the columns room for `capacity` records, and keeps their content. */
export function resizeLogBatch(batch: LogBatch, capacity: number): void {
  const size = Math.max(1, capacity);
  batch.recordStart = resizeUint32(batch.recordStart, size);
  batch.recordEnd = resizeUint32(batch.recordEnd, size);
  batch.bodyStart = resizeUint32(batch.bodyStart, size);
  batch.bodyEnd = resizeUint32(batch.bodyEnd, size);
  batch.bodyKind = resizeUint8(batch.bodyKind, size);
  batch.severity = resizeUint8(batch.severity, size);
  batch.timeMs = resizeFloat64(batch.timeMs, size);
  batch.traceStart = resizeUint32(batch.traceStart, size);
  batch.spanStart = resizeUint32(batch.spanStart, size);
  batch.eventStart = resizeUint32(batch.eventStart, size);
  batch.eventEnd = resizeUint32(batch.eventEnd, size);
  const marks = new Uint16Array(size);
  marks.set(batch.marks.subarray(0, size));
  batch.marks = marks;
  batch.scope = resizeUint32(batch.scope, size);
  const pattern = new Int32Array(size);
  pattern.set(batch.pattern.subarray(0, size));
  batch.pattern = pattern;
}

/** Empties the batch and releases the request's bytes; the columns stay, up to what a pooled batch keeps. */
export function resetLogBatch(batch: LogBatch): void {
  batch.bytes = NO_BYTES;
  batch.length = 0;
  batch.recordCount = 0;
  batch.rejected.fill(0);
  batch.rejectedMessage = "";
  batch.weighted = false;
  batch.scopeCount = 0;
  batch.resourceCount = 0;
  if (logBatchCapacity(batch) > RETAINED_RECORDS) resizeLogBatch(batch, RETAINED_RECORDS);
  if (batch.scopes.length > RETAINED_ROWS) batch.scopes = batch.scopes.slice(0, RETAINED_ROWS);
  if (batch.resources.length > RETAINED_ROWS) batch.resources = batch.resources.slice(0, RETAINED_ROWS);
}

/** Adds a row to the resource table; it reuses one of an earlier request, whose service is its first guess. */
export function addResourceRow(batch: LogBatch, start: number, end: number): void {
  const index = batch.resourceCount++;
  if (index === batch.resources.length) {
    batch.resources.push({ start, end, envelope: [], service: "" });
    return;
  }
  const row = batch.resources[index];
  row.start = start;
  row.end = end;
  row.envelope.length = 0;
}

/** Adds a row to the scope table, for the newest resource row; it reuses one of an earlier request. */
export function addScopeRow(batch: LogBatch, start: number, end: number): void {
  const index = batch.scopeCount++;
  const resource = batch.resourceCount - 1;
  if (index === batch.scopes.length) {
    batch.scopes.push({ resource, start, end, envelope: [] });
    return;
  }
  const row = batch.scopes[index];
  row.resource = resource;
  row.start = start;
  row.end = end;
  row.envelope.length = 0;
}

/** Appends a range to an envelope; it extends the last range if it starts at its end. */
export function extendEnvelope(envelope: number[], start: number, end: number): void {
  const last = envelope.length - 1;
  if (last > 0 && envelope[last] === start) envelope[last] = end;
  else envelope.push(start, end);
}

function resizeUint32(column: Uint32Array, size: number): Uint32Array {
  const resized = new Uint32Array(size);
  resized.set(column.subarray(0, size));
  return resized;
}

function resizeUint8(column: Uint8Array, size: number): Uint8Array {
  const resized = new Uint8Array(size);
  resized.set(column.subarray(0, size));
  return resized;
}

function resizeFloat64(column: Float64Array, size: number): Float64Array {
  const resized = new Float64Array(size);
  resized.set(column.subarray(0, size));
  return resized;
}
