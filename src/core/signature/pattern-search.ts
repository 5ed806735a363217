import { encodeUtf8 } from "../otlp/wire/utf8.ts";
import { TOKEN_KINDS } from "./mask/token-kinds.ts";
import type { PatternTable } from "./table/pattern-table.ts";

/** What templates for people have beyond the bytes that are stored: names of slots, backslashes, replaced bytes. */
const BEYOND_BYTES = /[<>\\*\uFFFD]/;
/** Parts of longer texts than an id are in none. */
const ID_PART = /^[\w-]{1,12}$/;

/**
 * Patterns whose template or id shows a text. `mayShow` looks at the stored bytes, which costs a fraction of building the
 * text for people and passes by no row that shows it; `shows` builds that text.
 */
export class PatternSearch {
  readonly #table: PatternTable;
  readonly #text: string;
  /** Undefined when bytes cannot tell. */
  readonly #needle: Uint8Array | undefined;
  readonly #isIdPart: boolean;

  constructor(table: PatternTable, text: string) {
    this.#table = table;
    this.#text = text;
    const isSlotName = TOKEN_KINDS.some((kind) => kind.includes(text));
    this.#needle = isSlotName || BEYOND_BYTES.test(text) ? undefined : encodeUtf8(text);
    this.#isIdPart = ID_PART.test(text);
  }

  mayShow(row: number): boolean {
    if (this.#needle === undefined || holds(this.#table.templateBytes(row), this.#needle)) return true;
    return this.#isIdPart && this.#table.ids.id(row).includes(this.#text);
  }

  shows(row: number): boolean {
    if (this.#table.readable(row).includes(this.#text)) return true;
    return this.#isIdPart && this.#table.ids.id(row).includes(this.#text);
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
