/**
 * Shows what a template made of a line: which pieces stayed and what each slot stands for. Works for learned templates
 * as well, because it lays the template over the line instead of scanning again. For `explain` and people; it may make
 * strings. Linear in line times template pieces, both bounded by the caller.
 */

import { decodeUtf8, encodeUtf8 } from "../otlp/utf8.ts";
import { isSpace } from "./byte-classes.ts";
import { tokenKindOf } from "./token-kind-of.ts";
import type { TokenKind } from "./token-kinds.ts";

/** One piece of a line, in order; together they are the line but for the blanks between. */
export interface ExplainedToken {
  readonly text: string;
  /** "text" stayed; anything else became a slot, or was dropped as a repetition ("list"). */
  readonly kind: TokenKind | "text";
}

/** @param template as `SignatureStage.template` gives it, with `<*>` for slots */
export function explainLine(line: string, template: string): ExplainedToken[] {
  const bytes = encodeUtf8(line);
  const tokens: ExplainedToken[] = [];
  const push = (start: number, end: number, constant: boolean): void => {
    let from = start;
    let to = end;
    while (from < to && isSpace(bytes[from])) from++;
    while (to > from && isSpace(bytes[to - 1])) to--;
    if (to > from)
      tokens.push({ text: decodeUtf8(bytes, from, to), kind: constant ? "text" : tokenKindOf(bytes, from, to) });
  };
  let at = 0;
  const pieces = template.split("<*>");
  for (const [index, piece] of pieces.entries()) {
    if (index === pieces.length - 1 && piece === "") break;
    const literal = encodeUtf8(piece);
    const found = find(bytes, at, literal);
    if (found.start < 0) break;
    push(at, found.start, false);
    push(found.start, found.end, true);
    at = found.end;
  }
  push(at, bytes.length, false);
  return tokens;
}

/** The first place from `from` on that reads like `literal` when blanks count as one. */
function find(bytes: Uint8Array, from: number, literal: Uint8Array): { readonly start: number; readonly end: number } {
  for (let start = from; start <= bytes.length; start++) {
    const end = endOfMatch(bytes, start, literal);
    if (end >= 0) return { start, end };
  }
  return { start: -1, end: -1 };
}

function endOfMatch(bytes: Uint8Array, start: number, literal: Uint8Array): number {
  let i = start;
  for (const byte of literal) {
    if (byte === 32) {
      if (i > 0 && i < bytes.length && !isSpace(bytes[i]) && !isSpace(bytes[i - 1])) return -1;
      while (i < bytes.length && isSpace(bytes[i])) i++;
    } else if (bytes[i] === byte) i++;
    else return -1;
  }
  return i;
}
