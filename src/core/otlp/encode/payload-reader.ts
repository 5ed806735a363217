/**
 * Walks payloads that LipService encoded (survivors, summaries). Reads the framing only, because the records were
 * validated when they were received. Calls a visitor for every ResourceLogs, ScopeLogs and LogRecord.
 */
import { extendEnvelope } from "../index/log-batch.ts";
import { FrameReader } from "../wire/frame-reader.ts";
import {
  KIND_REQUEST,
  KIND_RESOURCE_LOGS,
  KIND_SCOPE_LOGS,
  TAG_LOG_RECORD,
  TAG_RESOURCE_LOGS,
  TAG_SCOPE_LOGS,
} from "../wire/wire-schema.ts";

interface PayloadVisitor {
  /** @param envelope flat pairs start, end of everything but the scope_logs, tags included */
  resource(envelope: readonly number[]): void;
  /** @param envelope flat pairs start, end of everything but the log_records, tags included */
  scope(envelope: readonly number[]): void;
  record(start: number, end: number): void;
}

export class PayloadReader {
  readonly #frames = new FrameReader();

  /** @throws {DecodeError} if the framing is damaged, which does not happen with a store that verifies its content */
  read(payload: Uint8Array, visitor: PayloadVisitor): void {
    const frames = this.#frames;
    const end = payload.length;
    for (let p = 0; p < end; ) {
      const tag = frames.tag(payload, p, end, "the request");
      p = frames.field(payload, KIND_REQUEST, tag, frames.next, end, "the request");
      if (tag === TAG_RESOURCE_LOGS) this.#resourceLogs(payload, frames.contentStart, p, visitor);
    }
  }

  #resourceLogs(payload: Uint8Array, start: number, end: number, visitor: PayloadVisitor): void {
    const frames = this.#frames;
    const envelope: number[] = [];
    const scopes: number[] = [];
    for (let p = start; p < end; ) {
      const tag = frames.tag(payload, p, end, "ResourceLogs");
      const next = frames.field(payload, KIND_RESOURCE_LOGS, tag, frames.next, end, "ResourceLogs");
      if (tag === TAG_SCOPE_LOGS) scopes.push(frames.contentStart, next);
      else extendEnvelope(envelope, p, next);
      p = next;
    }
    visitor.resource(envelope);
    for (let at = 0; at < scopes.length; at += 2) this.#scopeLogs(payload, scopes[at], scopes[at + 1], visitor);
  }

  #scopeLogs(payload: Uint8Array, start: number, end: number, visitor: PayloadVisitor): void {
    const frames = this.#frames;
    const envelope: number[] = [];
    const records: number[] = [];
    for (let p = start; p < end; ) {
      const tag = frames.tag(payload, p, end, "ScopeLogs");
      const next = frames.field(payload, KIND_SCOPE_LOGS, tag, frames.next, end, "ScopeLogs");
      if (tag === TAG_LOG_RECORD) records.push(frames.contentStart, next);
      else extendEnvelope(envelope, p, next);
      p = next;
    }
    visitor.scope(envelope);
    for (let at = 0; at < records.length; at += 2) visitor.record(records[at], records[at + 1]);
  }
}
