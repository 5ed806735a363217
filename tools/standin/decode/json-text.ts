/**
 * An AnyValue as the JSON text that the destination stores, in serde_json's spelling: map keys sorted, doubles in the
 * shortest form that always shows they are doubles, NaN and infinities as null, bytes as base64, pairs without a value
 * left out.
 */
import type { AnyValue, KeyValue } from "./otlp-request.ts";

/** JSON text of one value; an AnyValue without a value is `null`. */
export function jsonText(value: AnyValue): string {
  switch (value.kind) {
    case "empty":
      return "null";
    case "string":
      return JSON.stringify(value.value);
    case "bool":
    case "int":
      return String(value.value);
    case "double":
      return doubleText(value.value);
    case "bytes":
      return `"${Buffer.from(value.value).toString("base64")}"`;
    case "array":
      return `[${value.values.map(jsonText).join(",")}]`;
    case "kvlist":
      return objectText(value.values);
  }
}

/**
 * Attributes as the destination's map of JSON texts: the last of equal keys wins, a missing value is the empty string.
 */
export function attributeTexts(pairs: readonly KeyValue[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const pair of pairs) texts.set(pair.key, pair.value === undefined ? '""' : jsonText(pair.value));
  return texts;
}

function objectText(pairs: readonly KeyValue[]): string {
  const members = new Map<string, string>();
  for (const pair of pairs) if (pair.value !== undefined) members.set(pair.key, jsonText(pair.value));
  const sorted = [...members].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}

/** Shortest digits that read back equal; decimal notation for exponents -5 .. 15, else d.ddde±x without a plus sign. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [mantissa = "", exponentText = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const sign = value < 0 ? "-" : "";
  const exponent = Number(exponentText);
  if (exponent < -5 || exponent > 15) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const rest = digits.slice(exponent + 1);
  return `${sign}${whole}.${rest === "" ? "0" : rest}`;
}
