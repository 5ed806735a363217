/** Search for a text in templates and ids of patterns. */

import { encodeUtf8 } from "../otlp/wire/utf8.ts";
import { TOKEN_KINDS } from "./mask/token-kinds.ts";
import type { PatternCatalog } from "./table/pattern-catalog.ts";

/** Characters that a readable template can have and the stored bytes lack: slot names, escapes, replaced bytes. */
const BEYOND_BYTES = /[<>\\*\uFFFD]/;
/** An id has 12 characters of base64url. */
const ID_PART = /^[\w-]{1,12}$/;

/**
 * `mayShow` compares stored bytes, a tenth of the cost of the readable template; it is true for every row whose
 * template or id contains the text, and for a few others. `shows` builds the readable template and is exact.
 */
export class PatternSearch {
  readonly #patterns: PatternCatalog;
  readonly #text: string;
  /** Undefined when the stored bytes cannot rule a row out. */
  readonly #needle: Uint8Array | undefined;
  readonly #isIdPart: boolean;

  constructor(patterns: PatternCatalog, text: string) {
    this.#patterns = patterns;
    this.#text = text;
    const isSlotName = TOKEN_KINDS.some((kind) => kind.includes(text));
    this.#needle = isSlotName || BEYOND_BYTES.test(text) ? undefined : encodeUtf8(text);
    this.#isIdPart = ID_PART.test(text);
  }

  mayShow(row: number): boolean {
    if (this.#needle === undefined || holds(this.#patterns.templateBytes(row), this.#needle)) return true;
    return this.#isIdPart && this.#patterns.id(row).includes(this.#text);
  }

  shows(row: number): boolean {
    if (this.#patterns.template(row).includes(this.#text)) return true;
    return this.#isIdPart && this.#patterns.id(row).includes(this.#text);
  }
}

function holds(bytes: Uint8Array, needle: Uint8Array): boolean {
  const last = bytes.length - needle.length;
  for (let at = 0; at <= last; at++) {
    let matched = 0;
    while (matched < needle.length && bytes[at + matched] === needle[matched]) matched++;
    if (matched === needle.length) return true;
  }
  return false;
}
