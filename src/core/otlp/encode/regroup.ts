/**
 * Survivors of many requests, merged under byte-identical resources and scopes: fewer bytes on the wire, and the bill is
 * by bytes. Remembers where every record came from, can be cut in halves, and knows its exact size before it is encoded.
 */
import { ByteWriter } from "../wire/byte-writer.ts";
import { TAG_LOG_RECORD, TAG_RESOURCE_LOGS, TAG_SCOPE_LOGS } from "../wire/wire-schema.ts";
import type { Envelope } from "./envelope-index.ts";
import type { RecordSanitizer, RecordTable, RegroupSource } from "./record-table.ts";
import { buildRecordTable, contentSize, framedSize } from "./record-table.ts";

/** Room that the writer asks for ahead of a varint, so that it never grows at the very end. */
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

  /** A protobuf ExportLogsServiceRequest of all records, in memory of its own. */
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
   * Two sets of about half the bytes each (for what is too large), or of half the records each (for the search for a bad
   * one, which then takes log2(n) steps); neither empty; only for two records or more.
   */
  split(by: "bytes" | "records" = "bytes"): readonly [RegroupedRecords, RegroupedRecords] {
    const at = by === "records" ? this.#order.length >> 1 : this.#middleOfBytes();
    return [
      new RegroupedRecords(this.#table, this.#order.slice(0, at)),
      new RegroupedRecords(this.#table, this.#order.slice(at)),
    ];
  }

  /** Where the second half of the records' bytes begins; envelopes, which both halves carry, do not count. */
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
 * Merges the records of these payloads.
 * @param sanitize what the destination needs; absent: every record is sent as it is
 * @throws {DecodeError} when a payload's framing is damaged
 */
export function regroup(sources: readonly RegroupSource[], sanitize?: RecordSanitizer): RegroupedRecords {
  const table = buildRecordTable(sources, sanitize);
  const order = table.resources.flatMap(({ scopes }) => scopes.flatMap((scope) => table.scopes[scope].rows));
  return new RegroupedRecords(table, order);
}

/** Bytes that these payloads take in one request. */
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
