/**
 * Converts templates between their three forms. Bytes, with the byte SLOT for every slot: stored and hashed. Plain
 * text, with `<*>` for every slot: published ids are made of it. Readable text, with the kind of each slot, for people
 * and policy documents: `user <word> from <ip>`. A literal `<ip>` of a log line is escaped there, `\<ip>`, so that
 * parsing gives back the template that the text was written from.
 */
import { decodeUtf8, encodeUtf8 } from "../../otlp/wire/utf8.ts";
import { SLOT, TOKEN_KINDS } from "../mask/token-kinds.ts";

const SLOT_TEXT = "<*>";
const HIDDEN_WORD = "word";
const PLACEHOLDER = new RegExp(`(\\\\*)<(\\*|${TOKEN_KINDS.join("|")})>`, "g");

/** Plain text of a template. Ill-formed UTF-8 becomes U+FFFD. */
export function templateText(template: Uint8Array): string {
  let text = "";
  let from = 0;
  for (let i = 0; i < template.length; i++) {
    if (template[i] !== SLOT) continue;
    text += decodeUtf8(template, from, i) + SLOT_TEXT;
    from = i + 1;
  }
  return text + decodeUtf8(template, from, template.length);
}

/**
 * Readable text of a template.
 * @param kind name of a slot by its number, `*` for any
 * @param hidden flat pairs start, end of words that are shown as `<word>`, in order
 */
export function readableText(template: Uint8Array, kind: (slot: number) => string, hidden: readonly number[]): string {
  // Joined at the end: V8 keeps every piece of a concatenated string alive, and pending summaries hold such texts.
  const parts: string[] = [];
  const end = template.length;
  let slot = 0;
  let from = 0;
  let h = 0;
  for (let i = 0; i <= end; i++) {
    const isHidden = i === hidden[h];
    if (i < end && template[i] !== SLOT && !isHidden) continue;
    const literal = decodeUtf8(template, from, i).replace(PLACEHOLDER, "$1$1\\<$2>");
    if (i === end) return [...parts, literal].join("");
    parts.push(doubleLast(literal), "<", isHidden ? HIDDEN_WORD : kind(slot++), ">");
    if (isHidden) i = hidden[h + 1] - 1;
    if (isHidden) h += 2;
    from = i + 1;
  }
  return parts.join("");
}

/** Doubles the backslashes right before a slot: a single one would escape the slot. */
function doubleLast(literal: string): string {
  let start = literal.length;
  while (literal[start - 1] === "\\") start--;
  return literal + literal.slice(start);
}

export interface ParsedTemplate {
  /** The template's bytes as 32-bit words, the last one padded with zeros. */
  readonly words: Int32Array;
  /** Kind of each slot; undefined for `<*>`. */
  readonly kinds: readonly (string | undefined)[];
}

/** Reads both forms of text, plain and readable. */
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
