/**
 * Reads numbers from text, in JSON tokens and in strings: 64-bit integers exactly, doubles correctly rounded. Numbers
 * of usual length need no allocation. Bounds: text longer than MAX_NUMBER_BYTES is no number.
 */

/** A double needs at most 767 significant digits to be rounded correctly. */
const MAX_NUMBER_BYTES = 1000;

const TWO_POW_32 = 0x1_0000_0000;
const TWO_POW_64 = 2n ** 64n;
const LOW_32_BITS = 0xffff_ffffn;
/** Integers of so many digits, and 10 to that power, are exact doubles: one division rounds correctly (Clinger 1990). */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN: readonly number[] = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const MAX_UINT64_DIGITS = 20;
/** Digits that fit into 31 bits: integers are read in parts of this length. */
const PART_DIGITS = 9;

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

/** End of the JSON number (RFC 8259, section 6) that starts at `start`; -1 if there is none. */
export function numberEnd(bytes: Uint8Array, start: number, end: number): number {
  let p = start < end && bytes[start] === MINUS ? start + 1 : start;
  const whole = digitsEnd(bytes, p, end);
  if (whole === p || (bytes[p] === ZERO && whole > p + 1)) return -1;
  p = whole;
  if (p < end && bytes[p] === POINT) {
    const fraction = digitsEnd(bytes, p + 1, end);
    if (fraction === p + 1) return -1;
    p = fraction;
  }
  if (p < end && (bytes[p] | 0x20) === 0x65) {
    const sign = p + 1 < end && (bytes[p + 1] === PLUS || bytes[p + 1] === MINUS) ? p + 2 : p + 1;
    const exponent = digitsEnd(bytes, sign, end);
    if (exponent === sign) return -1;
    p = exponent;
  }
  return p;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && isDigit(bytes[p])) p++;
  return p;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

/** Value of the text [start, end) as a double; NaN if it is no JSON number or too long. */
export function parseDouble(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > MAX_NUMBER_BYTES || numberEnd(bytes, start, end) !== end) return Number.NaN;
  if (end - start > EXACT_DIGITS) return Number(textOf(bytes, start, end));
  const negative = bytes[start] === MINUS;
  let point = end;
  let mantissa = 0;
  for (let p = negative ? start + 1 : start; p < end; p++) {
    const byte = bytes[p];
    if (byte === POINT) point = p + 1;
    else if (isDigit(byte)) mantissa = mantissa * 10 + (byte - ZERO);
    else return Number(textOf(bytes, start, end));
  }
  const magnitude = mantissa / POWERS_OF_TEN[end - point];
  return negative ? -magnitude : magnitude;
}

/** ASCII text of a short range. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let p = start; p < end; p++) text += String.fromCharCode(bytes[p]);
  return text;
}

/** An integer of up to 64 bits in two halves, reused for all integers of a request. */
export class Integer64 {
  negative = false;
  /** Upper and lower 32 bits of the magnitude, unsigned. */
  high = 0;
  low = 0;

  /**
   * Reads an integer; a fraction or an exponent is accepted if the value is integral, as in proto3's JSON mapping.
   * @returns false if the text is no integer or exceeds 64 bits
   */
  parse(bytes: Uint8Array, start: number, end: number): boolean {
    this.negative = start < end && bytes[start] === MINUS;
    const first = this.negative ? start + 1 : start;
    if (this.#parseDigits(bytes, first, end)) return true;
    return this.#parseIntegral(bytes, start, digitsEnd(bytes, first, end), end);
  }

  /** Whether the integer is in 0..2^64-1. */
  isUint64(): boolean {
    return !this.negative || (this.high === 0 && this.low === 0);
  }

  /** Whether the integer is in 0..2^32-1. */
  isUint32(): boolean {
    return this.high === 0 && this.isUint64();
  }

  /** Whether the integer is in -2^31..2^31-1. */
  isInt32(): boolean {
    return this.high === 0 && this.low <= (this.negative ? 0x8000_0000 : 0x7fff_ffff);
  }

  /** Whether the integer is in -2^63..2^63-1. */
  isInt64(): boolean {
    return this.high < 0x8000_0000 || (this.negative && this.high === 0x8000_0000 && this.low === 0);
  }

  /** Changes sign and magnitude to the bits of two's complement. */
  toTwosComplement(): void {
    if (!this.negative || (this.high === 0 && this.low === 0)) return;
    this.low = (~this.low + 1) >>> 0;
    this.high = (~this.high + (this.low === 0 ? 1 : 0)) >>> 0;
  }

  /** @returns false if there is another byte than a digit, or too many digits */
  #parseDigits(bytes: Uint8Array, start: number, end: number): boolean {
    let p = start;
    while (p < end - 1 && bytes[p] === ZERO) p++;
    if (p >= end || end - p > MAX_UINT64_DIGITS) return false;
    const lastPart = Math.max(p, end - PART_DIGITS);
    const middlePart = Math.max(p, lastPart - PART_DIGITS);
    const first = smallInteger(bytes, p, middlePart);
    const middle = smallInteger(bytes, middlePart, lastPart);
    const last = smallInteger(bytes, lastPart, end);
    if (first < 0 || middle < 0 || last < 0) return false;
    // head * 10^9 + last, with head (< 10^11) split at 2^16: no partial sum reaches 2^53.
    const head = first * 1e9 + middle;
    const upper = Math.floor(head / 0x1_0000) * 1e9;
    // Bit operations reduce a double modulo 2^32, several times faster than its remainder.
    const lower = (head & 0xffff) * 1e9 + last + (upper & 0xffff) * 0x1_0000;
    this.low = lower >>> 0;
    this.high = Math.floor(upper / 0x1_0000) + Math.floor(lower / TWO_POW_32);
    return this.high < TWO_POW_32;
  }

  /** Reads text that is not digits alone: [start, digits) are an optional sign and digits, other bytes follow. */
  #parseIntegral(bytes: Uint8Array, start: number, digits: number, end: number): boolean {
    if (digits === end) return false;
    if (bytes[digits] === POINT && allZeros(bytes, digits + 1, end)) {
      return this.#parseDigits(bytes, this.negative ? start + 1 : start, digits);
    }
    if (end - start > MAX_NUMBER_BYTES || numberEnd(bytes, start, end) !== end) return false;
    return this.#parseScientific(textOf(bytes, this.negative ? start + 1 : start, end));
  }

  /** Every digit counts, also beyond the 53 bits of a double. Rare, so that it may allocate. */
  #parseScientific(text: string): boolean {
    const [mantissa = "", exponentText = "0"] = text.split(/[eE]/);
    const [whole = "", fraction = ""] = mantissa.split(".");
    const all = (whole + fraction).replace(/^0+/, "");
    const digits = all.replace(/0+$/, "");
    const exponent = Number(exponentText) - fraction.length + all.length - digits.length;
    this.low = 0;
    this.high = 0;
    if (digits === "") return true;
    if (exponent < 0 || digits.length + exponent > MAX_UINT64_DIGITS) return false;
    const magnitude = BigInt(digits) * 10n ** BigInt(exponent);
    if (magnitude >= TWO_POW_64) return false;
    this.low = Number(magnitude & LOW_32_BITS);
    this.high = Number(magnitude >> 32n);
    return true;
  }
}

/** Value of at most PART_DIGITS digits; 0 for none; -1 if a byte is no digit. */
function smallInteger(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let seen = 0;
  for (let p = start; p < end; p++) {
    // 0..9 for digits; for any other byte this or six more has a bit above the fourth.
    const digit = bytes[p] ^ ZERO;
    seen |= digit | (digit + 6);
    value = (Math.imul(value, 10) + digit) | 0;
  }
  return seen < 16 ? value : -1;
}

function allZeros(bytes: Uint8Array, start: number, end: number): boolean {
  for (let p = start; p < end; p++) {
    if (bytes[p] !== ZERO) return false;
  }
  return start < end;
}
