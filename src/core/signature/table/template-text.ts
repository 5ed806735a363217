/**
 * Templates between their forms. Bytes with one code for all slots: table, hashing. Plain text with `<*>` for each: what
 * ids are made of. Text for people, with the kind of each slot: `user <word> from <ip>`. A literal `<ip>` of a log line
 * is written `\<ip>` there, so that a policy document gives back the very template it was written from.
 */
import { decodeUtf8, encodeUtf8 } from "../../otlp/wire/utf8.ts";
import { SLOT, TOKEN_KINDS } from "../mask/token-kinds.ts";

const SLOT_TEXT = "<*>";
const HIDDEN_WORD = "word";
const PLACEHOLDER = new RegExp(`(\\\\*)<(\\*|${TOKEN_KINDS.join("|")})>`, "g");

/** Text of template bytes[start, end). Ill-formed UTF-8 becomes U+FFFD. */
export function templateText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let from = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== SLOT) continue;
    text += decodeUtf8(bytes, from, i) + SLOT_TEXT;
    from = i + 1;
  }
  return text + decodeUtf8(bytes, from, end);
}

/**
 * Text for people of template bytes[start, end).
 * @param kind name of a slot by its number, `*` for any
 * @param hidden flat pairs start, end of words that are not shown, in order
 */
export function readableText(
  bytes: Uint8Array,
  start: number,
  end: number,
  kind: (slot: number) => string,
  hidden: readonly number[],
): string {
  // Joined at the end: a string grown piece by piece keeps all of its pieces, and summaries wait with theirs.
  const parts: string[] = [];
  let slot = 0;
  let from = start;
  let h = 0;
  for (let i = start; i <= end; i++) {
    const isHidden = i === hidden[h];
    if (i < end && bytes[i] !== SLOT && !isHidden) continue;
    const literal = decodeUtf8(bytes, from, i).replace(PLACEHOLDER, "$1$1\\<$2>");
    if (i === end) return [...parts, literal].join("");
    parts.push(doubleLast(literal), "<", isHidden ? HIDDEN_WORD : kind(slot++), ">");
    if (isHidden) i = hidden[h + 1] - 1;
    if (isHidden) h += 2;
    from = i + 1;
  }
  return parts.join("");
}

/** Backslashes right before a slot are doubled, as one alone would make text of it. */
function doubleLast(literal: string): string {
  let start = literal.length;
  while (literal[start - 1] === "\\") start--;
  return literal + literal.slice(start);
}

export interface ParsedTemplate {
  /** Zero-padded words. */
  readonly words: Int32Array;
  /** Kind of each slot; undefined for `<*>`. */
  readonly kinds: readonly (string | undefined)[];
}

/** Reads both forms of text: with kinds, and plain with `<*>`. */
export function parseTemplate(text: string): ParsedTemplate {
  const kinds: (string | undefined)[] = [];
  const slotted = text.replace(PLACEHOLDER, (_, backslashes: string, kind: string) => {
    const kept = "\\".repeat(backslashes.length >> 1);
    if (backslashes.length % 2 === 1) return `${kept}<${kind}>`;
    kinds.push(kind === "*" ? undefined : kind);
    return kept + String.fromCharCode(SLOT);
  });
  const bytes = encodeUtf8(slotted);
  const words = new Int32Array((bytes.length + 3) >> 2);
  new Uint8Array(words.buffer).set(bytes);
  return { words, kinds };
}
