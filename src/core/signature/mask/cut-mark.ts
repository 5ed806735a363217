/**
 * Writes ` <...a>`, the mark at the end of a template whose line is longer than what is examined. Its letter is the
 * class of the line's length, so that short and very long lines with one prefix are different patterns.
 */
const CUT_MARK = "<...";
/** The letter rises with each factor of this. */
const LENGTH_FACTOR = 16;
const SPACE = 32;
const LETTER_A = 97;
const GREATER = 62;

/**
 * @param out the template, at […, at)
 * @param excess length of the line over the length that is examined
 * @returns the new end
 */
export function writeCutMark(out: Uint8Array, at: number, excess: number): number {
  let o = at;
  if (out[o - 1] !== SPACE) out[o++] = SPACE;
  for (let i = 0; i < CUT_MARK.length; i++) out[o++] = CUT_MARK.charCodeAt(i);
  let letter = LETTER_A;
  for (let rest = excess; rest > 1; rest /= LENGTH_FACTOR) letter++;
  out[o++] = letter;
  out[o++] = GREATER;
  return o;
}
