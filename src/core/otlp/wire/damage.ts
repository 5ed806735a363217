/**
 * What can be wrong with encoded bytes, as small integers, so that the walk returns a code and never throws per record.
 * Codes map to a reject reason (the metric label) and to half a sentence for partial_success.
 */
import { REJECT_REASONS } from "../../../model/decision.ts";

export const DAMAGE_NONE = 0;
export const DAMAGE_TRUNCATED = 1;
export const DAMAGE_VARINT = 2;
export const DAMAGE_TAG = 3;
export const DAMAGE_WIRE_TYPE = 4;
export const DAMAGE_GROUP = 5;
export const DAMAGE_TOO_DEEP = 6;

/** Levels of AnyValue, the outermost being the first. Deeper ones exceed the 100 frames that prost and protoc accept. */
export const MAX_VALUE_DEPTH = 32;

const SENTENCES: readonly string[] = [
  "nothing is wrong with it",
  "a field runs past the end of its message",
  "a varint is longer than 10 bytes or exceeds 64 bits",
  "a field number is 0 or exceeds 2^29 - 1, or its wire type is 6 or 7",
  "a known field has a wire type other than the schema's",
  "it contains a group, which OTLP does not use",
  `its values nest deeper than ${MAX_VALUE_DEPTH} levels`,
];

/** Completes "Cannot read …: " without sender-controlled text. */
export function describeDamage(damage: number): string {
  return SENTENCES[damage] ?? "it is not valid protobuf";
}

const MALFORMED = REJECT_REASONS.indexOf("malformed");
const TOO_DEEP = REJECT_REASONS.indexOf("too_deep");

/** REJECT_REASONS code under which a record with this damage is counted. */
export function rejectCodeOf(damage: number): number {
  return damage === DAMAGE_TOO_DEEP ? TOO_DEEP : MALFORMED;
}
