/**
 * Survivors of many requests, merged under byte-identical resources and scopes: fewer bytes on the wire, and the bill is
 * by bytes. Remembers where every record came from, can be cut in halves, and knows its exact size before it is encoded.
 */
import { ByteWriter, varintSize } from "./byte-writer.ts";
import { PayloadReader } from "./payload-reader.ts";
import { TAG_LOG_RECORD, TAG_RESOURCE_LOGS, TAG_SCOPE_LOGS } from "./wire-schema.ts";

export interface RegroupSource {
  /** A protobuf ExportLogsServiceRequest of ours. */
  readonly payload: Uint8Array;
  /** What an absent timestamp becomes, for sanitizers. */
  readonly receivedWallMs: number;
}

/**
 * What one destination needs of a record.
 * @returns the content to send instead of payload[start, end), or undefined to send it as it is
 */
export type RecordSanitizer = (
  payload: Uint8Array,
  start: number,
  end: number,
  receivedWallMs: number,
) => Uint8Array | undefined;

/** Columns over all records of all sources. */
interface RecordTable {
  readonly sources: readonly RegroupSource[];
  readonly payload: number[];
  readonly index: number[];
  readonly start: number[];
  readonly end: number[];
  /** Contents that a sanitizer replaced. */
  readonly replaced: Map<number, Uint8Array>;
  /** Number of the scope group. */
  readonly scope: number[];
  /** Of each scope group: its resource group and its envelope. */
  readonly scopes: { readonly resource: number; readonly envelope: Envelope }[];
  readonly resources: Envelope[];
}

interface Envelope {
  readonly payload: Uint8Array;
  readonly ranges: readonly number[];
  readonly size: number;
}

/** Consecutive records of one scope. */
interface ScopeRun {
  readonly scope: number;
  readonly from: number;
  to: number;
  size: number;
}

interface ResourceRun {
  readonly resource: number;
  readonly scopes: ScopeRun[];
  size: number;
}

export class RegroupedRecords {
  readonly byteLength: number;
  readonly #table: RecordTable;
  /** Table rows in the order of the output: by resource, then scope, then arrival. */
  readonly #order: readonly number[];
  readonly #runs: readonly ResourceRun[];

  constructor(table: RecordTable, order: readonly number[]) {
    this.#table = table;
    this.#order = order;
    this.#runs = runsOf(table, order);
    this.byteLength = this.#runs.reduce((sum, run) => sum + framed(run.size), 0);
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

  /** A protobuf ExportLogsServiceRequest of all records; a fresh array. */
  encode(): Uint8Array {
    const table = this.#table;
    const out = new ByteWriter(this.byteLength + 16);
    for (const resource of this.#runs) {
      out.byte(TAG_RESOURCE_LOGS);
      out.varint(resource.size);
      writeEnvelope(table.resources[resource.resource], out);
      for (const scope of resource.scopes) {
        out.byte(TAG_SCOPE_LOGS);
        out.varint(scope.size);
        writeEnvelope(table.scopes[scope.scope].envelope, out);
        for (let at = scope.from; at < scope.to; at++) this.#writeRecord(this.#order[at], out);
      }
    }
    return out.copy();
  }

  #writeRecord(row: number, out: ByteWriter): void {
    const table = this.#table;
    const replaced = table.replaced.get(row);
    out.byte(TAG_LOG_RECORD);
    out.varint(contentSize(table, row));
    if (replaced !== undefined) out.raw(replaced, 0, replaced.length);
    else out.raw(table.sources[table.payload[row]].payload, table.start[row], table.end[row]);
  }

  /** Two sets of about half the bytes each, neither empty; only for two records or more. */
  split(): readonly [RegroupedRecords, RegroupedRecords] {
    const half = this.byteLength / 2;
    let bytes = 0;
    let at = 0;
    while (at < this.#order.length - 1 && (at === 0 || bytes < half)) {
      bytes += framed(contentSize(this.#table, this.#order[at]));
      at++;
    }
    return [
      new RegroupedRecords(this.#table, this.#order.slice(0, at)),
      new RegroupedRecords(this.#table, this.#order.slice(at)),
    ];
  }

  /** The same records with the content of record `record` replaced: for one that is too large as it is. */
  withReplaced(record: number, content: Uint8Array): RegroupedRecords {
    const row = this.#order[record];
    const replaced = new Map(this.#table.replaced).set(row, content);
    return new RegroupedRecords({ ...this.#table, replaced }, this.#order);
  }

  /** Content of output record `record`: payload and range. */
  contentOf(record: number): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } {
    const row = this.#order[record];
    const replaced = this.#table.replaced.get(row);
    if (replaced !== undefined) return { bytes: replaced, start: 0, end: replaced.length };
    const { payload } = this.#table.sources[this.#table.payload[row]];
    return { bytes: payload, start: this.#table.start[row], end: this.#table.end[row] };
  }
}

/** @throws RangeError when a payload's framing is damaged */
export function regroup(sources: readonly RegroupSource[], sanitize?: RecordSanitizer): RegroupedRecords {
  const table = new TableBuilder(sources, sanitize).build();
  const order = table.scope.map((_, row) => row);
  order.sort((a, b) => {
    const scopes = table.scopes;
    return (
      scopes[table.scope[a]].resource - scopes[table.scope[b]].resource || table.scope[a] - table.scope[b] || a - b
    );
  });
  return new RegroupedRecords(table, order);
}

/** Bytes that these payloads take in one request. */
export function regroupedBytes(payloads: readonly Uint8Array[]): number {
  return regroup(payloads.map((payload) => ({ payload, receivedWallMs: 0 }))).byteLength;
}

class TableBuilder {
  readonly #sanitize: RecordSanitizer | undefined;
  readonly #table: RecordTable;
  readonly #resourceKeys = new EnvelopeIndex();
  readonly #scopeKeys = new Map<number, EnvelopeIndex>();
  #payload = 0;
  #index = 0;
  #resource = 0;
  #scope = 0;

  constructor(sources: readonly RegroupSource[], sanitize: RecordSanitizer | undefined) {
    this.#sanitize = sanitize;
    this.#table = {
      sources,
      payload: [],
      index: [],
      start: [],
      end: [],
      replaced: new Map(),
      scope: [],
      scopes: [],
      resources: [],
    };
  }

  build(): RecordTable {
    const reader = new PayloadReader();
    for (const [number, source] of this.#table.sources.entries()) {
      this.#payload = number;
      this.#index = 0;
      reader.read(source.payload, {
        resource: (envelope) => this.#enterResource(envelopeOf(source.payload, envelope)),
        scope: (envelope) => this.#enterScope(envelopeOf(source.payload, envelope)),
        record: (start, end) => this.#add(source, start, end),
      });
    }
    return this.#table;
  }

  #enterResource(envelope: Envelope): void {
    this.#resource = this.#resourceKeys.numberOf(envelope, () => this.#table.resources.push(envelope) - 1);
  }

  #enterScope(envelope: Envelope): void {
    let keys = this.#scopeKeys.get(this.#resource);
    if (keys === undefined) {
      keys = new EnvelopeIndex();
      this.#scopeKeys.set(this.#resource, keys);
    }
    const resource = this.#resource;
    this.#scope = keys.numberOf(envelope, () => this.#table.scopes.push({ resource, envelope }) - 1);
  }

  #add(source: RegroupSource, start: number, end: number): void {
    const table = this.#table;
    const row = table.payload.length;
    table.payload.push(this.#payload);
    table.index.push(this.#index++);
    table.start.push(start);
    table.end.push(end);
    table.scope.push(this.#scope);
    const replaced = this.#sanitize?.(source.payload, start, end, source.receivedWallMs);
    if (replaced !== undefined) table.replaced.set(row, replaced);
  }
}

/** Envelopes by content: a hash finds candidates, the bytes decide. */
class EnvelopeIndex {
  readonly #known = new Map<number, { readonly envelope: Envelope; readonly number: number }[]>();

  numberOf(envelope: Envelope, create: () => number): number {
    const hash = hashOf(envelope);
    const candidates = this.#known.get(hash) ?? [];
    for (const candidate of candidates) if (isSame(candidate.envelope, envelope)) return candidate.number;
    const number = create();
    this.#known.set(hash, [...candidates, { envelope, number }]);
    return number;
  }
}

function envelopeOf(payload: Uint8Array, ranges: readonly number[]): Envelope {
  let size = 0;
  for (let i = 0; i < ranges.length; i += 2) size += ranges[i + 1] - ranges[i];
  return { payload, ranges, size };
}

function hashOf({ payload, ranges }: Envelope): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < ranges.length; i += 2) {
    for (let p = ranges[i]; p < ranges[i + 1]; p++) hash = Math.imul(hash ^ payload[p], 0x01000193);
  }
  return hash;
}

function isSame(a: Envelope, b: Envelope): boolean {
  if (a.size !== b.size || a.ranges.length !== b.ranges.length) return false;
  for (let i = 0; i < a.ranges.length; i += 2) {
    const size = a.ranges[i + 1] - a.ranges[i];
    if (size !== b.ranges[i + 1] - b.ranges[i]) return false;
    for (let k = 0; k < size; k++) if (a.payload[a.ranges[i] + k] !== b.payload[b.ranges[i] + k]) return false;
  }
  return true;
}

function writeEnvelope({ payload, ranges }: Envelope, out: ByteWriter): void {
  for (let i = 0; i < ranges.length; i += 2) out.raw(payload, ranges[i], ranges[i + 1]);
}

function contentSize(table: RecordTable, row: number): number {
  return table.replaced.get(row)?.length ?? table.end[row] - table.start[row];
}

/** Tag (one byte), length and content. */
function framed(size: number): number {
  return 1 + varintSize(size) + size;
}

function runsOf(table: RecordTable, order: readonly number[]): ResourceRun[] {
  const runs: ResourceRun[] = [];
  let run: ResourceRun | undefined;
  let scopeRun: ScopeRun | undefined;
  for (let at = 0; at < order.length; at++) {
    const row = order[at];
    const scope = table.scope[row];
    const { resource, envelope } = table.scopes[scope];
    if (run?.resource !== resource) {
      run = { resource, scopes: [], size: table.resources[resource].size };
      runs.push(run);
      scopeRun = undefined;
    }
    if (scopeRun?.scope !== scope) {
      scopeRun = { scope, from: at, to: at, size: envelope.size };
      run.scopes.push(scopeRun);
    }
    scopeRun.to = at + 1;
    scopeRun.size += framed(contentSize(table, row));
  }
  for (const resource of runs) for (const scope of resource.scopes) resource.size += framed(scope.size);
  return runs;
}
