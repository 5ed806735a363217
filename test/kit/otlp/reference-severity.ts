/**
 * Severity by the documented rules, with JSON.parse instead of the product's scanner: severity_number, else the level
 * inside a JSON body, else severity_text; a body level more severe than the number wins.
 */
import type { ReferenceRecord } from "./reference-decoder.ts";

const NAMES: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };
const SYNONYMS: Readonly<Record<string, number>> = {
  ...NAMES,
  critical: 21,
  crit: 21,
  alert: 21,
  emerg: 21,
  err: 17,
  eror: 17,
  warning: 13,
  information: 9,
  informational: 9,
  dbug: 5,
};

export function referenceSeverity(
  record: Pick<ReferenceRecord, "severityNumber" | "severityText" | "bodyKind" | "body">,
): number {
  const number = record.severityNumber;
  if (number > 24) return 25;
  const body = record.bodyKind === "string" ? Buffer.from(record.body).toString("utf8") : "";
  const { level, complete } = bodyLevel(body);
  if (number > 0) return Math.max(number, level);
  if (level > 0 && complete) return level;
  const text = Buffer.from(record.severityText).toString("latin1").toLowerCase();
  return Math.max(Object.hasOwn(SYNONYMS, text) ? (SYNONYMS[text] ?? 9) : 9, level);
}

function bodyLevel(body: string): { level: number; complete: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Not JSON, or damaged JSON: the scanner may still see a level, and then keeps more.
    const seen = /^\s*\{"level":"(fatal)"/.exec(body)?.[1];
    return { level: seen === undefined ? (/^\s*\{"level":"error"/.test(body) ? 17 : 0) : 21, complete: false };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { level: 0, complete: false };
  const object = new Map<string, unknown>(Object.entries(value));
  const candidates = [
    object.get("level"),
    object.get("severity"),
    object.get("log.level"),
    object.get("config.log_level"),
    inner(object.get("log"), "level"),
    inner(object.get("config"), "log_level"),
  ];
  const levels = candidates.map((text) => {
    const name = typeof text === "string" ? text.toLowerCase() : "";
    return Object.hasOwn(NAMES, name) ? (NAMES[name] ?? 0) : 0;
  });
  return { level: Math.max(...levels), complete: true };
}

function inner(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(key);
}
