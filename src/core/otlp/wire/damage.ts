/**
 * Codes for damage of encoded bytes: small integers, so that a walk returns one and throws nothing for a record. A code
 * has a reject reason (the metric label) and a clause for partial_success.
 */
import { REJECT_REASONS } from "../../../model/decision.ts";

export const DAMAGE_NONE = 0;
export const DAMAGE_TRUNCATED = 1;
export const DAMAGE_VARINT = 2;
export const DAMAGE_TAG = 3;
export const DAMAGE_WIRE_TYPE = 4;
export const DAMAGE_GROUP = 5;
export const DAMAGE_TOO_DEEP = 6;

/** Levels of AnyValue, the outermost being the first. Deeper ones exceed the 100 frames of prost and protoc. */
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

/** Clause that completes "Cannot read …: ", without text of the sender. */
export function describeDamage(damage: number): string {
  return SENTENCES[damage] ?? "it is not valid protobuf";
}

const MALFORMED = REJECT_REASONS.indexOf("malformed");
const TOO_DEEP = REJECT_REASONS.indexOf("too_deep");

/** Index into REJECT_REASONS that a record with this damage is counted under. */
export function rejectCodeOf(damage: number): number {
  return damage === DAMAGE_TOO_DEEP ? TOO_DEEP : MALFORMED;
}
