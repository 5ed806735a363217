/**
 * A circuit breaker for each scope, against lines without patterns: encoded data, prose, a logger without templates.
 * When nearly every line of a scope is a new shape, the breaker opens and the scope is coarse: its new shapes are
 * reported as a few coarse patterns and get a row of their own only when they come a second time. It closes when shapes
 * repeat again.
 * Bounds: FINGERPRINTS shapes are remembered. Windows are counted in lines, because the core has no clock.
 */
import { isLetter } from "../mask/byte-classes.ts";
import { TEMPLATE_START } from "../mask/template-writer.ts";
import { SLOT } from "../mask/token-kinds.ts";
import { MEANING_WORDS } from "../mask/word-lists.ts";

/** Lines of a scope between two judgements. */
const WINDOW = 2048;
/** New shapes in a window from which on the breaker opens, and below which it closes. */
const OPEN_FROM = WINDOW * 0.9;
const CLOSE_BELOW = WINDOW * 0.5;
/** New shapes of a window that are looked up among learned templates while the scope is coarse. */
const LOOK_UPS = 256;
/** A power of two. */
const FINGERPRINTS = 1 << 14;
/** Words of MEANING_WORDS that a coarse pattern keeps, so that contrary outcomes stay apart. */
const MOST_WORDS = 2;
/** Bytes of a template that are searched for them. */
const LONGEST_SEARCH = 400;
const COARSE_PREFIX = "(various)";

export class ShapeBreaker {
  /** Scopes that are coarse now. */
  openScopes = 0;
  /** Lines that were reported as a coarse pattern. */
  coarseTotal = 0;
  /** The coarse template of the last `coarsen`, from TEMPLATE_START on; zero-padded. */
  readonly words: Int32Array = new Int32Array(32);
  readonly #out = new Uint8Array(this.words.buffer);
  readonly #lines: Uint16Array;
  readonly #shapes: Uint16Array;
  readonly #isOpen: Uint8Array;
  /** Look-ups among learned templates in the window, and those that found one. */
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

  /**
   * Whether to look a new shape up among learned templates: always, but only LOOK_UPS in a window of a coarse scope.
   */
  mayLookUp(scope: number): boolean {
    return this.#isOpen[scope] === 0 || this.#tried[scope]++ < LOOK_UPS;
  }

  /** Counts a look-up that found a learned template. */
  foundLearned(scope: number): void {
    if (this.#isOpen[scope] === 1) this.#learned[scope]++;
  }

  /**
   * Counts a new shape.
   * @param fingerprint hash of the shape
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

  /** Writes the coarse template of the template bytes[start, end) to `words`. @returns its end there, in bytes */
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
