/**
 * Protects the table from scopes whose lines are no text with patterns: encoded data, prose, templates of a broken
 * logger. When nearly every line of a scope is a new shape, its new shapes are reported as a few coarse patterns, and
 * get a row of their own only when they come a second time; when shapes repeat again, the scope recovers.
 * Bounds: four counters a scope, FINGERPRINTS remembered shapes. Windows are counted in lines: the core has no clock.
 */
import { isLetter } from "../mask/byte-classes.ts";
import { TEMPLATE_START } from "../mask/template-writer.ts";
import { SLOT } from "../mask/token-kinds.ts";
import { MEANING_WORDS } from "../mask/word-lists.ts";

/** Lines of a scope after which it is judged. */
const WINDOW = 2048;
/** New shapes among them that open the breaker, and that close it again. */
const OPEN_FROM = WINDOW * 0.9;
const CLOSE_BELOW = WINDOW * 0.5;
/** New shapes of a window that are looked up among learned templates while the scope is coarse. */
const LOOK_UPS = 256;
const FINGERPRINTS = 1 << 14;
/** Words with meaning that a coarse pattern keeps: contrary outcomes stay apart. */
const MOST_WORDS = 2;
/** Bytes of a template that are searched for them. */
const LONGEST_SEARCH = 400;
const COARSE_PREFIX = "(various)";

export class ShapeBreaker {
  /** Scopes that are coarse now. */
  openScopes = 0;
  /** Lines reported as a coarse pattern. */
  coarseTotal = 0;
  /** The coarse template after `coarsen`, at TEMPLATE_START; zero-padded. */
  readonly words: Int32Array = new Int32Array(32);
  readonly #out = new Uint8Array(this.words.buffer);
  readonly #lines: Uint16Array;
  readonly #shapes: Uint16Array;
  readonly #isOpen: Uint8Array;
  /** Look-ups of the window, and those that found a learned template. */
  readonly #tried: Uint16Array;
  readonly #learned: Uint16Array;
  readonly #fingerprints = new Int32Array(FINGERPRINTS);

  constructor(scopes: number) {
    this.#lines = new Uint16Array(scopes);
    this.#shapes = new Uint16Array(scopes);
    this.#isOpen = new Uint8Array(scopes);
    this.#tried = new Uint16Array(scopes);
    this.#learned = new Uint16Array(scopes);
  }

  /** Counts a line of the scope. */
  line(scope: number): void {
    if (++this.#lines[scope] === WINDOW) this.#judge(scope);
  }

  #judge(scope: number): void {
    const shapes = this.#shapes[scope];
    const isLearned = this.#learned[scope] * 2 > Math.min(this.#tried[scope], LOOK_UPS);
    const open = this.#isOpen[scope] === 1 ? shapes >= CLOSE_BELOW && !isLearned : shapes >= OPEN_FROM;
    this.openScopes += (open ? 1 : 0) - this.#isOpen[scope];
    this.#isOpen[scope] = open ? 1 : 0;
    this.#lines[scope] = 0;
    this.#shapes[scope] = 0;
    this.#tried[scope] = 0;
    this.#learned[scope] = 0;
  }

  /** Whether a new shape is to be looked up among learned templates: always, but for the mass of a coarse scope. */
  mayLookUp(scope: number): boolean {
    return this.#isOpen[scope] === 0 || this.#tried[scope]++ < LOOK_UPS;
  }

  /** Tells that such a look-up found one. */
  foundLearned(scope: number): void {
    if (this.#isOpen[scope] === 1) this.#learned[scope]++;
  }

  /**
   * Counts a shape that the table does not know.
   * @param fingerprint of the shape
   * @returns whether it is to be reported as a coarse pattern
   */
  isCoarse(scope: number, fingerprint: number): boolean {
    if (this.#isOpen[scope] === 0) {
      this.#shapes[scope]++;
      return false;
    }
    const at = fingerprint & (FINGERPRINTS - 1);
    if (this.#fingerprints[at] === fingerprint) return false;
    this.#fingerprints[at] = fingerprint;
    this.#shapes[scope]++;
    this.coarseTotal++;
    return true;
  }

  /** Writes the coarse template of template bytes[start, end). @returns its end in `words`, in bytes */
  coarsen(bytes: Uint8Array, start: number, end: number): number {
    const out = this.#out;
    out.fill(0);
    let o = TEMPLATE_START;
    for (let i = 0; i < COARSE_PREFIX.length; i++) out[o++] = COARSE_PREFIX.charCodeAt(i);
    const last = Math.min(end, start + LONGEST_SEARCH);
    let kept = 0;
    let wordStart = start;
    for (let i = start; i <= last && kept < MOST_WORDS; i++) {
      if (i < last && isLetter(bytes[i])) continue;
      if (MEANING_WORDS.has(bytes, wordStart, i)) {
        kept++;
        out[o++] = 32;
        for (let k = wordStart; k < i; k++) out[o++] = bytes[k];
      }
      wordStart = i + 1;
    }
    out[o++] = 32;
    out[o++] = SLOT;
    return o;
  }
}
