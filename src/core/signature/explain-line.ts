/**
 * Explains a line by its template, for `explain`: which pieces are text, and which value each slot stands for. It lays
 * the template over the line instead of scanning again, so it works for learned slots too. Off the data plane: it makes
 * strings. Bounds: those of SlotAlignment.
 */
import { decodeUtf8 } from "../otlp/wire/utf8.ts";
import { isSpace } from "./mask/byte-classes.ts";
import type { TokenKind } from "./mask/token-kinds.ts";
import { SlotAlignment } from "./table/slot-alignment.ts";
import { tokenKindOf } from "./table/token-kind-of.ts";

/** One piece of a line. All pieces, in order, are the line without the blanks between them. */
export interface ExplainedToken {
  readonly text: string;
  /** "text" is in the template; any other kind is the value of a slot, or was dropped as a repetition ("list"). */
  readonly kind: TokenKind | "text";
}

/** @param template of the text bytes[start, end), without the keys and frames that follow a message */
export function explainLine(bytes: Uint8Array, start: number, end: number, template: Uint8Array): ExplainedToken[] {
  const slots = new SlotAlignment();
  slots.lay(bytes, start, end, template);
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
