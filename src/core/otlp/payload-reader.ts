/**
 * Walks payloads of our own making (survivors, summaries): only the framing, because their records were validated when
 * they were received. Calls back for every ResourceLogs, ScopeLogs and LogRecord, with ranges into the payload.
 */
export interface PayloadVisitor {
  /** @param envelope flat pairs start,end of everything but the scope_logs, tags included */
  resource(envelope: readonly number[]): void;
  /** @param envelope flat pairs start,end of everything but the log_records, tags included */
  scope(envelope: readonly number[]): void;
  record(start: number, end: number): void;
}

const WIRE_LENGTH_DELIMITED = 2;
const RESOURCE_LOGS = 1;
const SCOPE_LOGS = 2;
const LOG_RECORDS = 2;

export class PayloadReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;
  /** Field number and content of the field read last. */
  #field = 0;
  #start = 0;
  #end = 0;

  /** @throws RangeError when the framing leaves its bounds: a damaged store, never sender input */
  read(payload: Uint8Array, visitor: PayloadVisitor): void {
    this.#bytes = payload;
    for (let p = 0; p < payload.length; ) {
      p = this.#next(p, payload.length);
      if (this.#field === RESOURCE_LOGS) this.#resourceLogs(this.#start, this.#end, visitor);
    }
  }

  #resourceLogs(start: number, end: number, visitor: PayloadVisitor): void {
    const envelope: number[] = [];
    const scopes: number[] = [];
    for (let p = start; p < end; ) {
      const next = this.#next(p, end);
      if (this.#field === SCOPE_LOGS) scopes.push(this.#start, this.#end);
      else extend(envelope, p, next);
      p = next;
    }
    visitor.resource(envelope);
    for (let i = 0; i < scopes.length; i += 2) this.#scopeLogs(scopes[i], scopes[i + 1], visitor);
  }

  #scopeLogs(start: number, end: number, visitor: PayloadVisitor): void {
    const envelope: number[] = [];
    const records: number[] = [];
    for (let p = start; p < end; ) {
      const next = this.#next(p, end);
      if (this.#field === LOG_RECORDS) records.push(this.#start, this.#end);
      else extend(envelope, p, next);
      p = next;
    }
    visitor.scope(envelope);
    for (let i = 0; i < records.length; i += 2) visitor.record(records[i], records[i + 1]);
  }

  /** Reads one field at `p`. @returns the position behind it */
  #next(p: number, end: number): number {
    this.#position = p;
    const tag = this.#varint(end);
    this.#field = tag >>> 3;
    const wire = tag & 7;
    if (wire === WIRE_LENGTH_DELIMITED) {
      const length = this.#varint(end);
      this.#start = this.#position;
      this.#end = this.#position + length;
    } else {
      this.#start = this.#position;
      if (wire === 0) this.#varint(end);
      else this.#position += wire === 1 ? 8 : 4;
      this.#end = this.#position;
    }
    if (this.#end > end) throw new RangeError("a payload's field leaves its message");
    return this.#end;
  }

  #varint(end: number): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.#position >= end) throw new RangeError("a payload's varint leaves its message");
      const byte = this.#bytes[this.#position++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }
}

function extend(envelope: number[], start: number, end: number): void {
  const last = envelope.length - 1;
  if (last > 0 && envelope[last] === start) envelope[last] = end;
  else envelope.push(start, end);
}
