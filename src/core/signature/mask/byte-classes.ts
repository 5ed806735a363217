/**
 * Classes of bytes for the scanner: one look-up a byte instead of several comparisons. Classes are bits, which are
 * or-ed over a chunk (a run of bytes below CLASS_DELIMITER), so that one comparison at its end shows whether it is a
 * plain word. Bytes of multi-byte UTF-8 sequences belong to words, so sequences are never cut.
 */

/**
 * First byte of a character of three or four bytes: ideographs, kana, full-width forms, dashes. In scripts without
 * blanks numbers are right beside words, so such a character ends a number and may precede one.
 */
export const CLASS_WIDE = 1;
/** Letters, the underscore, other bytes from 0x80 on. */
const CLASS_LETTER = 2;
/** Punctuation that makes no value of a word: - ! ? * # $ % & + ~ ^ */
export const CLASS_PLAIN = 4;
/** Punctuation inside addresses, paths, dotted names and `key:value`: . : / \ @ */
export const CLASS_JOINT = 8;
export const CLASS_DIGIT = 16;
/** Whitespace, brackets, quotes, comma, semicolon, equals sign, bar, control characters. */
export const CLASS_DELIMITER = 32;

/** A chunk whose or-ed classes are below this is a plain word: it has neither joints nor digits. */
export const CLASS_SPECIAL = 8;

/** Class of each byte. */
export const BYTE_CLASS: Uint8Array = buildByteClasses();

function buildByteClasses(): Uint8Array {
  const table = new Uint8Array(256).fill(CLASS_DELIMITER, 0, 128).fill(CLASS_LETTER, 128).fill(CLASS_WIDE, 0xe2, 0xf5);
  const assign = (characters: string, byteClass: number): void => {
    for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = byteClass;
  };
  assign("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", CLASS_LETTER);
  assign("0123456789", CLASS_DIGIT);
  assign("-!?*#$%&+~^", CLASS_PLAIN);
  assign(".:/\\@", CLASS_JOINT);
  return table;
}

export function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/** ASCII letter. */
export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 122;
}

export function isUpper(byte: number): boolean {
  return byte >= 65 && byte <= 90;
}

export function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 48 && byte <= 57) || (lower >= 97 && lower <= 102);
}

/** Part of a word: letter, digit, underscore or a byte of a multi-byte character. */
export function isWordByte(byte: number): boolean {
  return (BYTE_CLASS[byte] & (CLASS_WIDE | CLASS_LETTER | CLASS_DIGIT)) !== 0;
}

/** Part of a name: a word or a hyphen. */
export function isNameByte(byte: number): boolean {
  return byte === 45 || isWordByte(byte);
}

/** Space, tab, line ends and other control characters: a template has one space for any row of them. */
export function isSpace(byte: number): boolean {
  return byte <= 32 || byte === 127;
}

/** Whether two slots with only such bytes between them are one. */
export function isSeparator(byte: number): boolean {
  switch (byte) {
    case 32: // space
    case 38: // &
    case 43: // +
    case 44: // ,
    case 45: // -
    case 47: // /
    case 58: // :
    case 59: // ;
    case 124: // |
      return true;
    default:
      return false;
  }
}
