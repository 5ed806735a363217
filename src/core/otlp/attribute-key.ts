/**
 * Prefixes of attribute keys that the index pass marks: stamps of samplers, and exceptions.
 */
import { MARK_HAS_EXCEPTION, MARK_HAS_STAMPS } from "../../model/log-batch.ts";
import { encodeUtf8 } from "./utf8.ts";

const LIPSERVICE = encodeUtf8("lipservice.");
const SAMPLING = encodeUtf8("sampling.");
const EXCEPTION = encodeUtf8("exception.");

/** @returns MARK_HAS_STAMPS, MARK_HAS_EXCEPTION or 0 for the key [start, end) */
export function marksOfKey(bytes: Uint8Array, start: number, end: number): number {
  switch (bytes[start]) {
    case 0x6c:
      return startsWith(LIPSERVICE, bytes, start, end) ? MARK_HAS_STAMPS : 0;
    case 0x73:
      return startsWith(SAMPLING, bytes, start, end) ? MARK_HAS_STAMPS : 0;
    case 0x65:
      return startsWith(EXCEPTION, bytes, start, end) ? MARK_HAS_EXCEPTION : 0;
    default:
      return 0;
  }
}

function startsWith(prefix: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[start + index] !== prefix[index]) return false;
  }
  return true;
}
