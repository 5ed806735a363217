/**
 * The records of several payloads as columns, in groups of equal resource and scope. It holds ranges of the payloads
 * and copies only what a sanitizer replaced.
 */
import { varintSize } from "../wire/byte-writer.ts";
import type { Envelope } from "./envelope-index.ts";
import { EnvelopeIndex, envelopeOf } from "./envelope-index.ts";
import { PayloadReader } from "./payload-reader.ts";

export interface RegroupSource {
  /** A protobuf ExportLogsServiceRequest that LipService encoded. */
  readonly payload: Uint8Array;
  /** Time of reception, unix milliseconds, for sanitizers that need a time. */
  readonly receivedWallMs: number;
}

/**
 * Changes a record for one destination.
 * @param overheadBytes bytes of a request with this record alone, without the record's content
 * @returns the content to send instead of payload[start, end), or undefined to send it as it is
 */
export type RecordSanitizer = (
  payload: Uint8Array,
  start: number,
  end: number,
  receivedWallMs: number,
  overheadBytes: number,
) => Uint8Array | undefined;

interface ScopeGroup {
  readonly resource: number;
  readonly envelope: Envelope;
  /** Rows of its records, in order of arrival. */
  readonly rows: number[];
}

interface ResourceGroup {
  readonly envelope: Envelope;
  /** Numbers of its scope groups, in order of arrival. */
  readonly scopes: number[];
}

/** Columns over all records of all sources, and their groups. */
export interface RecordTable {
  readonly sources: readonly RegroupSource[];
  readonly payload: number[];
  readonly index: number[];
  readonly start: number[];
  readonly end: number[];
  /** Number of the scope group. */
  readonly scope: number[];
  /** Contents that a sanitizer replaced, by row. */
  readonly replaced: Map<number, Uint8Array>;
  readonly scopes: ScopeGroup[];
  readonly resources: ResourceGroup[];
}

/** Bytes of the tag and length of a frame at most, in requests below 256 MiB. */
const FRAME_BYTES = 5;

/** @throws {DecodeError} when a payload's framing is damaged */
export function buildRecordTable(sources: readonly RegroupSource[], sanitize?: RecordSanitizer): RecordTable {
  const table: RecordTable = {
    sources,
    payload: [],
    index: [],
    start: [],
    end: [],
    scope: [],
    replaced: new Map(),
    scopes: [],
    resources: [],
  };
  const reader = new PayloadReader();
  const resourceNumbers = new EnvelopeIndex();
  const scopeNumbers: EnvelopeIndex[] = [];
  for (const [number, source] of sources.entries()) {
    let resource = 0;
    let scope = 0;
    let index = 0;
    reader.read(source.payload, {
      resource: (ranges) => {
        const envelope = envelopeOf(source.payload, ranges);
        resource = resourceNumbers.numberOf(envelope, () => {
          scopeNumbers.push(new EnvelopeIndex());
          return table.resources.push({ envelope, scopes: [] }) - 1;
        });
      },
      scope: (ranges) => {
        const envelope = envelopeOf(source.payload, ranges);
        scope = scopeNumbers[resource].numberOf(envelope, () => {
          const group = table.scopes.push({ resource, envelope, rows: [] }) - 1;
          table.resources[resource].scopes.push(group);
          return group;
        });
      },
      record: (start, end) => addRecord(table, { number, index: index++, start, end, scope }, sanitize),
    });
  }
  return table;
}

interface FoundRecord {
  readonly number: number;
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly scope: number;
}

function addRecord(table: RecordTable, found: FoundRecord, sanitize: RecordSanitizer | undefined): void {
  const row = table.payload.push(found.number) - 1;
  table.index.push(found.index);
  table.start.push(found.start);
  table.end.push(found.end);
  table.scope.push(found.scope);
  const scope = table.scopes[found.scope];
  scope.rows.push(row);
  if (sanitize === undefined) return;
  const source = table.sources[found.number];
  const overhead = table.resources[scope.resource].envelope.size + scope.envelope.size + 3 * FRAME_BYTES;
  const content = sanitize(source.payload, found.start, found.end, source.receivedWallMs, overhead);
  if (content !== undefined) table.replaced.set(row, content);
}

/** Bytes of a record's content as it will be sent. */
export function contentSize(table: RecordTable, row: number): number {
  return table.replaced.get(row)?.length ?? table.end[row] - table.start[row];
}

/** Bytes of a nested message with this content: tag (one byte), length, content. */
export function framedSize(size: number): number {
  return 1 + varintSize(size) + size;
}
