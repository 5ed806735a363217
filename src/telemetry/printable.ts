/**
 * What may be shown on a terminal, in a label or in a log viewer. Beyond the ASCII controls these are the C1 controls
 * (0x9b starts an escape sequence), the line and paragraph separators, the bidirectional overrides that reorder text
 * around them (CVE-2021-42574), the byte order mark, and halves of surrogate pairs.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Every unprintable character becomes an underscore; the length stays. */
export function replaceUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, "_");
}

/**
 * Every unprintable character becomes its JSON escape. For text that is JSON already: there they occur inside strings
 * only.
 */
export function escapeUnprintable(json: string): string {
  return json.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
