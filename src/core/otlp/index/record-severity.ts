/**
 * The severity column: PostHog's algorithm, keeping more where in doubt. A positive number counts first (above 24 it is
 * unknown), but a more severe level inside a JSON body beats it. Without a number the body's level replaces the text's,
 * unless the scan did not see the whole body: then the more severe of the two.
 */
import { SEVERITY_UNKNOWN } from "../../../model/severity.ts";
import { BODY_LEVEL_COMPLETE, scanBodyLevel } from "./body-level.ts";
import { levelOfText } from "./severity-text.ts";

/** Whether a body that begins with this byte cannot be the text of a JSON object. */
export function rulesOutJson(firstByte: number): boolean {
  return firstByte > 0x20 && firstByte !== 0x7b;
}

/**
 * @param number severity_number as an int32
 * @param textStart severity_text is [textStart, textEnd)
 * @param bodyStart text of the body is [bodyStart, bodyEnd); empty when the body is no string
 * @returns 1..25
 */
export function severityOf(
  bytes: Uint8Array,
  number: number,
  textStart: number,
  textEnd: number,
  bodyStart: number,
  bodyEnd: number,
): number {
  if (number > 24) return SEVERITY_UNKNOWN;
  const scan = bodyStart === bodyEnd ? 0 : scanBodyLevel(bytes, bodyStart, bodyEnd);
  const bodyLevel = scan & ~BODY_LEVEL_COMPLETE;
  if (number > 0) return Math.max(number, bodyLevel);
  if (bodyLevel !== 0 && (scan & BODY_LEVEL_COMPLETE) !== 0) return bodyLevel;
  return Math.max(levelOfText(bytes, textStart, textEnd), bodyLevel);
}
