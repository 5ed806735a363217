/**
 * JSON text as the destination's parser takes it. JSON.parse takes more: numbers beyond the doubles become infinite,
 * escapes may name half of a surrogate pair, and nesting has no bound. There each of them fails the document.
 */
import { DecodeError } from "./decode-error.ts";

/** Containers inside each other; serde_json refuses the one that would be the 128th. */
const MAX_DEPTH = 127;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * @throws DecodeError that quotes nothing of the text
 */
export function parseDocument(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DecodeError("not a JSON document");
  }
  checkLevels(value);
  return value;
}

/** Level by level, so that a deep document does not end the stack. */
function checkLevels(document: unknown): void {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    const inner: unknown[] = [];
    for (const value of level) {
      if (typeof value === "string") checkText(value);
      else if (typeof value === "number" && !Number.isFinite(value)) throw new DecodeError("number out of range");
      else if (typeof value === "object" && value !== null) {
        if (depth === MAX_DEPTH) throw new DecodeError("recursion limit exceeded");
        for (const [key, member] of Object.entries(value)) {
          checkText(key);
          inner.push(member);
        }
      }
    }
    level = inner;
  }
}

function checkText(text: string): void {
  if (LONE_SURROGATE.test(text)) throw new DecodeError("lone surrogate in hex escape");
}
