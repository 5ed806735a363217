/**
 * Shows what a template made of a line: which pieces stayed and what each slot stands for. Works for learned templates
 * as well, because it lays the template over the line instead of scanning again. For `explain` and people; it may make
 * strings. Bounds: those of the alignment.
 */

import { decodeUtf8 } from "../otlp/wire/utf8.ts";
import { isSpace } from "./mask/byte-classes.ts";
import type { TokenKind } from "./mask/token-kinds.ts";
import { SlotAlignment } from "./table/slot-alignment.ts";
import { tokenKindOf } from "./table/token-kind-of.ts";

/** One piece of a line, in order; together they are the line but for the blanks between. */
export interface ExplainedToken {
  readonly text: string;
  /** "text" stayed; anything else became a slot, or was dropped as a repetition ("list"). */
  readonly kind: TokenKind | "text";
}

/** @param template bytes of the template of the text bytes[start, end), without what is no part of the text */
export function explainLine(bytes: Uint8Array, start: number, end: number, template: Uint8Array): ExplainedToken[] {
  const slots = new SlotAlignment();
  slots.lay(bytes, start, end, template, template.length);
  const tokens: ExplainedToken[] = [];
  const push = (from: number, to: number, isText: boolean): void => {
    let first = from;
    let last = to;
    while (first < last && isSpace(bytes[first])) first++;
    while (last > first && isSpace(bytes[last - 1])) last--;
    if (last === first) return;
    tokens.push({ text: decodeUtf8(bytes, first, last), kind: isText ? "text" : tokenKindOf(bytes, first, last) });
  };
  let at = start;
  for (let slot = 0; slot < slots.count; slot++) {
    push(at, slots.start[slot], true);
    push(slots.start[slot], slots.end[slot], false);
    at = slots.end[slot];
  }
  push(at, end, slots.isWhole);
  return tokens;
}
