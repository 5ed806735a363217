/**
 * The index pass: one strict, bounded, iterative walk over an ExportLogsServiceRequest, which fills the wire columns of
 * a LogBatch. It can be resumed, so that a huge request is walked in slices and the event loop runs between them.
 * Damage inside a LogRecord rejects that record; damage of the framing above it throws DecodeError.
 */
import type { LogBatch } from "../../../model/log-batch.ts";
import { DAMAGE_NONE, describeDamage, rejectCodeOf } from "../wire/damage.ts";
import { DecodeError } from "../wire/decode-error.ts";
import { FrameReader } from "../wire/frame-reader.ts";
import {
  KIND_REQUEST,
  KIND_RESOURCE_LOGS,
  KIND_SCOPE_LOGS,
  TAG_LOG_RECORD,
  TAG_RESOURCE,
  TAG_RESOURCE_LOGS,
  TAG_SCOPE_LOGS,
} from "../wire/wire-schema.ts";
import { RecordIndexer } from "./index-record.ts";
import {
  addResourceRow,
  addScopeRow,
  extendEnvelope,
  logBatchCapacity,
  resetLogBatch,
  resizeLogBatch,
} from "./log-batch.ts";
import { ServiceName } from "./service-name.ts";

/** Well-formed records of one request: it bounds the columns, whose bytes a row are in log-batch.test.ts. */
export const MAX_REQUEST_RECORDS = 1_048_576;
/** ResourceLogs of one request, and likewise ScopeLogs. */
export const MAX_REQUEST_ROWS = 262_144;

const AT_REQUEST = 0;
const IN_RESOURCE_LOGS = 1;
const IN_SCOPE_LOGS = 2;

export class IndexPass {
  readonly #records = new RecordIndexer();
  readonly #frames = new FrameReader();
  readonly #service = new ServiceName();
  #batch: LogBatch | undefined;
  #level: number = AT_REQUEST;
  #position = 0;
  #rejected = 0;
  #budget = 0;

  /**
   * Starts a walk: resets the batch and gives it the request.
   * @param bytes an uncompressed ExportLogsServiceRequest, which stays unchanged as long as the batch is in use
   * @param length bytes of the request in `bytes`
   */
  begin(batch: LogBatch, bytes: Uint8Array, length: number): void {
    resetLogBatch(batch);
    batch.bytes = bytes;
    batch.length = length;
    this.#batch = batch;
    this.#level = AT_REQUEST;
    this.#position = 0;
    this.#rejected = 0;
  }

  /**
   * Goes on with the walk, over about `maxRecords` records, ScopeLogs and ResourceLogs.
   * @returns whether the end of the request is reached; only then the batch is valid
   * @throws {DecodeError} if the framing above the LogRecord is damaged or a bound is exceeded; the batch is then void
   */
  step(maxRecords: number): boolean {
    const batch = this.#batch;
    if (batch === undefined) return true;
    this.#budget = Math.max(1, maxRecords);
    while (this.#budget > 0) {
      if (this.#level === IN_SCOPE_LOGS) this.#walkScopeLogs(batch);
      else if (this.#level === IN_RESOURCE_LOGS) this.#walkResourceLogs(batch);
      else if (this.#position < batch.length) this.#walkRequest(batch);
      else {
        this.#batch = undefined;
        return true;
      }
    }
    return false;
  }

  /** Reads fields of the request up to the content of the next ResourceLogs, or to the end. */
  #walkRequest(batch: LogBatch): void {
    const bytes = batch.bytes;
    const frames = this.#frames;
    const end = batch.length;
    let p = this.#position;
    while (p < end) {
      const tag = frames.tag(bytes, p, end, "the request");
      p = frames.next;
      if (tag === TAG_RESOURCE_LOGS) {
        const length = frames.length(bytes, p, end, "the request");
        p = frames.next;
        if (batch.resourceCount >= MAX_REQUEST_ROWS) throw tooMany("ResourceLogs", MAX_REQUEST_ROWS, p);
        addResourceRow(batch, p, p + length);
        this.#service.begin();
        this.#level = IN_RESOURCE_LOGS;
        this.#budget--;
        break;
      }
      // Unknown fields of the request belong to no record and are dropped; those of the levels below are kept.
      p = frames.field(bytes, KIND_REQUEST, tag, p, end, "the request");
    }
    this.#position = p;
  }

  /** Reads fields of a ResourceLogs up to the content of its next ScopeLogs, or to its end. */
  #walkResourceLogs(batch: LogBatch): void {
    const row = batch.resources[batch.resourceCount - 1];
    const bytes = batch.bytes;
    const frames = this.#frames;
    const end = row.end;
    let p = this.#position;
    while (p < end) {
      const fieldStart = p;
      const tag = frames.tag(bytes, p, end, "ResourceLogs");
      p = frames.next;
      if (tag === TAG_SCOPE_LOGS) {
        const length = frames.length(bytes, p, end, "ResourceLogs");
        p = frames.next;
        if (batch.scopeCount >= MAX_REQUEST_ROWS) throw tooMany("ScopeLogs", MAX_REQUEST_ROWS, p);
        addScopeRow(batch, p, p + length);
        this.#position = p;
        this.#level = IN_SCOPE_LOGS;
        this.#budget--;
        return;
      }
      p = frames.field(bytes, KIND_RESOURCE_LOGS, tag, p, end, "ResourceLogs");
      if (tag === TAG_RESOURCE) this.#service.read(bytes, frames.contentStart, p);
      extendEnvelope(row.envelope, fieldStart, p);
    }
    row.service = this.#service.finish(bytes, row.service);
    this.#position = p;
    this.#level = AT_REQUEST;
  }

  /** Reads records of a ScopeLogs up to its end, or until the budget is used. */
  #walkScopeLogs(batch: LogBatch): void {
    const bytes = batch.bytes;
    const frames = this.#frames;
    const records = this.#records;
    const scope = batch.scopeCount - 1;
    const row = batch.scopes[scope];
    const end = row.end;
    let budget = this.#budget;
    let p = this.#position;
    while (p < end && budget > 0) {
      const fieldStart = p;
      let length: number;
      // In place for most records: their tag, and a length of two bytes.
      if (bytes[p] === TAG_LOG_RECORD && end - p > 2 && bytes[p + 1] >= 0x80 && bytes[p + 2] < 0x80) {
        length = (bytes[p + 1] & 0x7f) | (bytes[p + 2] << 7);
        p += 3;
        if (length > end - p) frames.length(bytes, fieldStart + 1, end, "ScopeLogs");
      } else {
        const tag = frames.tag(bytes, p, end, "ScopeLogs");
        p = frames.next;
        if (tag !== TAG_LOG_RECORD) {
          p = frames.field(bytes, KIND_SCOPE_LOGS, tag, p, end, "ScopeLogs");
          extendEnvelope(row.envelope, fieldStart, p);
          continue;
        }
        length = frames.length(bytes, p, end, "ScopeLogs");
        p = frames.next;
      }
      budget--;
      if (batch.recordCount === logBatchCapacity(batch)) grow(batch, fieldStart);
      const damage = records.index(batch, bytes, p, p + length, scope);
      if (damage !== DAMAGE_NONE) this.#reject(batch, damage);
      p += length;
    }
    this.#budget = budget;
    this.#position = p;
    if (p >= end) this.#level = IN_RESOURCE_LOGS;
  }

  #reject(batch: LogBatch, damage: number): void {
    if (this.#rejected === 0) {
      batch.rejectedMessage = `Cannot read log record ${batch.recordCount} of the request: ${describeDamage(damage)}`;
    }
    this.#rejected++;
    batch.rejected[rejectCodeOf(damage)]++;
  }
}

function grow(batch: LogBatch, offset: number): void {
  const capacity = logBatchCapacity(batch);
  if (capacity >= MAX_REQUEST_RECORDS) throw tooMany("log records", MAX_REQUEST_RECORDS, offset);
  resizeLogBatch(batch, Math.min(MAX_REQUEST_RECORDS, capacity * 2));
}

function tooMany(what: string, limit: number, offset: number): DecodeError {
  return new DecodeError(`Cannot take a request with more than ${limit} ${what}: send smaller requests`, offset);
}
