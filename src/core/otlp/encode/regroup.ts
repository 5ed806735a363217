/**
 * Merges the survivors of many requests under byte-identical resources and scopes, because destinations bill by bytes.
 * The result has the origin of every record and its own exact encoded size, and can be divided into halves.
 */
import { ByteWriter } from "../wire/byte-writer.ts";
import { TAG_LOG_RECORD, TAG_RESOURCE_LOGS, TAG_SCOPE_LOGS } from "../wire/wire-schema.ts";
import type { Envelope } from "./envelope-index.ts";
import type { RecordSanitizer, RecordTable, RegroupSource } from "./record-table.ts";
import { buildRecordTable, contentSize, framedSize } from "./record-table.ts";

/** Room that the writer reserves for a varint, so that the buffer does not grow at its end. */
const VARINT_SLACK = 16;

/** Consecutive records of one scope: [from, to) of the order. */
interface ScopeRun {
  readonly scope: number;
  readonly from: number;
  to: number;
  /** Bytes of the ScopeLogs content. */
  size: number;
}

interface ResourceRun {
  readonly resource: number;
  readonly scopes: ScopeRun[];
  /** Bytes of the ResourceLogs content. */
  size: number;
}

export class RegroupedRecords {
  /** Exact size of `encode()`. */
  readonly byteLength: number;
  readonly #table: RecordTable;
  /** Table rows in the order of the output: by resource, then scope, then arrival. */
  readonly #order: readonly number[];
  readonly #runs: readonly ResourceRun[];

  constructor(table: RecordTable, order: readonly number[]) {
    this.#table = table;
    this.#order = order;
    this.#runs = runsOf(table, order);
    this.byteLength = this.#runs.reduce((sum, run) => sum + framedSize(run.size), 0);
  }

  get recordCount(): number {
    return this.#order.length;
  }

  /** Index of the source that output record `record` came from. */
  payloadOf(record: number): number {
    return this.#table.payload[this.#order[record]];
  }

  /** Its index inside that payload, in wire order. */
  indexOf(record: number): number {
    return this.#table.index[this.#order[record]];
  }

  /** A protobuf ExportLogsServiceRequest of all records, in new memory. */
  encode(): Uint8Array {
    const table = this.#table;
    const out = new ByteWriter(this.byteLength + VARINT_SLACK);
    for (const resource of this.#runs) {
      out.byte(TAG_RESOURCE_LOGS);
      out.varint(resource.size);
      writeEnvelope(table.resources[resource.resource].envelope, out);
      for (const scope of resource.scopes) {
        out.byte(TAG_SCOPE_LOGS);
        out.varint(scope.size);
        writeEnvelope(table.scopes[scope.scope].envelope, out);
        for (let at = scope.from; at < scope.to; at++) this.#writeRecord(this.#order[at], out);
      }
    }
    return out.bytes.subarray(0, out.length);
  }

  #writeRecord(row: number, out: ByteWriter): void {
    const table = this.#table;
    const replaced = table.replaced.get(row);
    out.byte(TAG_LOG_RECORD);
    out.varint(contentSize(table, row));
    if (replaced !== undefined) out.raw(replaced, 0, replaced.length);
    else out.raw(table.sources[table.payload[row]].payload, table.start[row], table.end[row]);
  }

  /**
   * Divides two or more records into two sets that are not empty: about half of the bytes each, for a request that is
   * too large, or half of the records each, to find a bad one in log2(n) steps.
   */
  split(by: "bytes" | "records" = "bytes"): readonly [RegroupedRecords, RegroupedRecords] {
    const at = by === "records" ? this.#order.length >> 1 : this.#middleOfBytes();
    return [
      new RegroupedRecords(this.#table, this.#order.slice(0, at)),
      new RegroupedRecords(this.#table, this.#order.slice(at)),
    ];
  }

  /** Start of the second half by bytes of records; envelopes, which both halves have, do not count. */
  #middleOfBytes(): number {
    const sizes = this.#order.map((row) => framedSize(contentSize(this.#table, row)));
    const half = sizes.reduce((sum, size) => sum + size, 0) / 2;
    let bytes = 0;
    let at = 0;
    while (at < sizes.length - 1 && (at === 0 || bytes < half)) bytes += sizes[at++];
    return at;
  }
}

/**
 * Merges the records of payloads.
 * @param sanitize changes records for the destination; without one they are sent as they are
 * @throws {DecodeError} when a payload's framing is damaged
 */
export function regroup(sources: readonly RegroupSource[], sanitize?: RecordSanitizer): RegroupedRecords {
  const table = buildRecordTable(sources, sanitize);
  const order = table.resources.flatMap(({ scopes }) => scopes.flatMap((scope) => table.scopes[scope].rows));
  return new RegroupedRecords(table, order);
}

/** Bytes of one request with the records of these payloads. */
export function regroupedBytes(payloads: readonly Uint8Array[]): number {
  return regroup(payloads.map((payload) => ({ payload, receivedWallMs: 0 }))).byteLength;
}

function writeEnvelope({ payload, ranges }: Envelope, out: ByteWriter): void {
  for (let at = 0; at < ranges.length; at += 2) out.raw(payload, ranges[at], ranges[at + 1]);
}

function runsOf(table: RecordTable, order: readonly number[]): ResourceRun[] {
  const runs: ResourceRun[] = [];
  let run: ResourceRun | undefined;
  let scopeRun: ScopeRun | undefined;
  for (let at = 0; at < order.length; at++) {
    const scope = table.scope[order[at]];
    const { resource, envelope } = table.scopes[scope];
    if (run?.resource !== resource) {
      run = { resource, scopes: [], size: table.resources[resource].envelope.size };
      runs.push(run);
      scopeRun = undefined;
    }
    if (scopeRun?.scope !== scope) {
      scopeRun = { scope, from: at, to: at, size: envelope.size };
      run.scopes.push(scopeRun);
    }
    scopeRun.to = at + 1;
    scopeRun.size += framedSize(contentSize(table, order[at]));
  }
  for (const resource of runs) for (const scope of resource.scopes) resource.size += framedSize(scope.size);
  return runs;
}
