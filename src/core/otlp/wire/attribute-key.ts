/** Recognises the attribute keys that the index pass marks: stamps of samplers, exceptions, templates of loggers. */
import { MARK_HAS_EXCEPTION, MARK_HAS_STAMPS, MARK_HAS_TEMPLATE } from "../../../model/log-batch.ts";
import { encodeUtf8 } from "./utf8.ts";

const LIPSERVICE = encodeUtf8("lipservice.");
const SAMPLING = encodeUtf8("sampling.");
const EXCEPTION = encodeUtf8("exception.");
/** Keys of the text of a log statement before its values are filled in: OpenTelemetry's proposal, .NET, Serilog. */
export const TEMPLATE_KEYS: readonly Uint8Array[] = [
  encodeUtf8("log.record.template"),
  encodeUtf8("{OriginalFormat}"),
  encodeUtf8("message_template.text"),
];

/** @returns a MARK_HAS_* bit, or 0, for the key [start, end) */
export function marksOfKey(bytes: Uint8Array, start: number, end: number): number {
  switch (bytes[start]) {
    case 0x6c:
      return startsWith(LIPSERVICE, bytes, start, end) ? MARK_HAS_STAMPS : markOfTemplate(bytes, start, end);
    case 0x6d:
    case 0x7b:
      return markOfTemplate(bytes, start, end);
    case 0x73:
      return startsWith(SAMPLING, bytes, start, end) ? MARK_HAS_STAMPS : 0;
    case 0x65:
      return startsWith(EXCEPTION, bytes, start, end) ? MARK_HAS_EXCEPTION : 0;
    default:
      return 0;
  }
}

/** Whether the range is an event name of records that LipService makes. */
export function isOwnEvent(bytes: Uint8Array, start: number, end: number): boolean {
  return startsWith(LIPSERVICE, bytes, start, end);
}

function markOfTemplate(bytes: Uint8Array, start: number, end: number): number {
  for (const key of TEMPLATE_KEYS) {
    if (end - start === key.length && startsWith(key, bytes, start, end)) return MARK_HAS_TEMPLATE;
  }
  return 0;
}

function startsWith(prefix: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[start + index] !== prefix[index]) return false;
  }
  return true;
}
