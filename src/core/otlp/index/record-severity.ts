/**
 * Computes the severity column by PostHog's algorithm, with the more severe result in case of doubt. A positive number
 * counts first (above 24 it is unknown), but a more severe level in a JSON body replaces it. Without a number the level
 * of the body replaces that of the text; if the scan did not reach the end of the body, the more severe one counts.
 */
import { SEVERITY_UNKNOWN } from "../../../model/severity.ts";
import { BODY_LEVEL_COMPLETE, scanBodyLevel } from "./body-level.ts";
import { levelOfText } from "./severity-text.ts";

/** Whether a body that begins with this byte cannot be the text of a JSON object. */
export function rulesOutJson(firstByte: number): boolean {
  return firstByte > 0x20 && firstByte !== 0x7b;
}

/**
 * Severity of a record.
 * @param number severity_number as an int32
 * @param textStart severity_text is [textStart, textEnd)
 * @param bodyStart text of the body is [bodyStart, bodyEnd); empty if the body is no string
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
