/** One log statement as wire bytes with holes: lines of it are copies in which times, ids and numbers are filled in. */
import { ByteWriter } from "../../../../src/core/otlp/wire/byte-writer.ts";
import { NUMBER_PLACE } from "./sentences.ts";

/** Fields of LogRecord, opentelemetry-proto 1.11. */
const TAG_LOG_RECORD = 0x12;
const TAG_TIME = 0x09;
const TAG_SEVERITY = 0x10;
const TAG_SEVERITY_TEXT = 0x1a;
const TAG_BODY = 0x2a;
const TAG_ATTRIBUTE = 0x32;
const TAG_TRACE = 0x4a;
const TAG_SPAN = 0x52;
const TAG_OBSERVED = 0x59;
const TAG_TEXT = 0x0a;
const TAG_VALUE = 0x12;

export interface Statement {
  readonly text: string;
  readonly severity: number;
  readonly hasTrace: boolean;
}

export class LineTemplate {
  readonly bytes: Uint8Array;
  readonly #times: readonly number[];
  readonly #trace: number;
  readonly #numbers: readonly number[];

  constructor({ text, severity, hasTrace }: Statement) {
    const content = new ByteWriter(512);
    content.byte(TAG_TIME);
    content.fixed64(0, 0);
    content.byte(TAG_SEVERITY);
    content.varint(severity);
    content.stringField(TAG_SEVERITY_TEXT, severityText(severity));
    message(content, TAG_BODY, () => content.stringField(TAG_TEXT, text));
    const bodyEnd = content.length;
    attribute(content, "thread.name", "worker-7");
    attribute(content, "code.namespace", "shop.orders.internal");
    let trace = -1;
    if (hasTrace) {
      content.byte(TAG_TRACE);
      content.varint(16);
      trace = content.length;
      for (let i = 0; i < 2; i++) content.fixed64(1, 1);
      content.byte(TAG_SPAN);
      content.varint(8);
      content.fixed64(1, 1);
    }
    content.byte(TAG_OBSERVED);
    content.fixed64(0, 0);
    const framed = new ByteWriter(content.length + 8);
    framed.byte(TAG_LOG_RECORD);
    framed.varint(content.length);
    const start = framed.length;
    framed.raw(content.bytes, 0, content.length);
    this.bytes = framed.copy();
    this.#times = [start + 1, start + content.length - 8];
    this.#trace = trace < 0 ? -1 : start + trace;
    this.#numbers = placesOf(this.bytes.subarray(0, start + bodyEnd));
  }

  /** @param trace 16 bytes as four words, ignored by statements outside of traces @param number 0..999999 */
  write(out: ByteWriter, timeMs: number, trace: Uint32Array, number: number): void {
    const at = out.length;
    out.raw(this.bytes, 0, this.bytes.length);
    const end = out.length;
    for (const position of this.#times) {
      out.length = at + position;
      out.unixNanos(timeMs);
    }
    if (this.#trace >= 0) {
      out.length = at + this.#trace;
      out.fixed64(trace[0]!, trace[1]!);
      out.fixed64(trace[2]!, trace[3]!);
    }
    out.length = end;
    let rest = number;
    for (const position of this.#numbers) {
      for (let digit = NUMBER_PLACE.length - 1; digit >= 0; digit--) {
        out.bytes[at + position + digit] = 48 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      rest = (number * 7919) % 1_000_000;
    }
  }
}

function severityText(severity: number): string {
  return ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"][Math.floor((severity - 1) / 4)] ?? "INFO";
}

function message(out: ByteWriter, tag: number, content: () => void): void {
  out.byte(tag);
  const start = out.open(1);
  content();
  out.close(start, 1);
}

function attribute(out: ByteWriter, key: string, value: string): void {
  message(out, TAG_ATTRIBUTE, () => {
    out.stringField(TAG_TEXT, key);
    message(out, TAG_VALUE, () => out.stringField(TAG_TEXT, value));
  });
}

/** Where the numbers of a text stand. */
function placesOf(bytes: Uint8Array): number[] {
  const text = Buffer.from(bytes).toString("latin1");
  const places: number[] = [];
  for (let at = text.indexOf(NUMBER_PLACE); at >= 0; at = text.indexOf(NUMBER_PLACE, at + 1)) places.push(at);
  return places;
}
