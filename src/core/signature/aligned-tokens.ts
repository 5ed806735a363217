/**
 * A line laid along its template: which stretches are constants, which were masked. For people; the scanner itself keeps
 * no tokens. Greedy from left to right: constants of a template occur in its lines in order, but for white space and for
 * repeated list elements, which the stretch of a placeholder swallows.
 */
export interface AlignedToken {
  readonly text: string;
  /** The placeholder that stands for it, null for a constant. */
  readonly mask: string | null;
}

/** Tokens of one line at most. */
const MAX_TOKENS = 256;

export function alignTokens(text: string, template: string): AlignedToken[] {
  const tokens: AlignedToken[] = [];
  let at = 0;
  let mask: string | null = null;
  for (const piece of piecesOf(template)) {
    if (piece.isMask) {
      mask = piece.text;
      continue;
    }
    const found = text.indexOf(piece.text, at);
    if (found < 0) continue;
    if (found > at) tokens.push({ text: text.slice(at, found), mask });
    tokens.push({ text: piece.text, mask: null });
    at = found + piece.text.length;
    mask = null;
    if (tokens.length >= MAX_TOKENS) break;
  }
  if (at < text.length) tokens.push({ text: text.slice(at), mask });
  return tokens;
}

/** Template text cut at placeholders: `user <*> left` → `user`, <*>, `left`. */
function piecesOf(template: string): { readonly text: string; readonly isMask: boolean }[] {
  const pieces: { text: string; isMask: boolean }[] = [];
  let constant = "";
  const close = (): void => {
    for (const word of constant.split(" ")) if (word !== "") pieces.push({ text: word, isMask: false });
    constant = "";
  };
  for (let i = 0; i < template.length; i++) {
    const end = template[i] === "<" ? placeholderEnd(template, i) : -1;
    if (end < 0) {
      constant += template[i];
      continue;
    }
    close();
    pieces.push({ text: template.slice(i, end), isMask: true });
    i = end - 1;
  }
  close();
  return pieces;
}

/** End of `<name>` or `<*>` at `start`, or -1. */
function placeholderEnd(template: string, start: number): number {
  const end = template.indexOf(">", start);
  if (end < 0 || end - start > 12) return -1;
  for (let i = start + 1; i < end; i++) {
    const code = template.charCodeAt(i);
    if (code !== 42 && (code < 97 || code > 122)) return -1;
  }
  return end > start + 1 ? end + 1 : -1;
}
