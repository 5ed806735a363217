/**
 * A candidate is the template that a shape would have if one place of it were a slot: one word, or two neighbouring
 * ones (a first and a last name). Shapes with a candidate in common differ in that place alone. This class holds one
 * shape's template, its words, and the candidate of the place chosen last.
 * Bounds: templates of LONGEST_TEMPLATE bytes, MAX_WORDS words.
 */
import { isSeparator } from "../mask/byte-classes.ts";
import { LONGEST_GAP } from "../mask/template-writer.ts";
import { SLOT } from "../mask/token-kinds.ts";
import { LONGEST_TEMPLATE, TemplateWords, WORD_FREE, wordGuard } from "./template-words.ts";

const SPACE = 32;

export class CandidateTemplate {
  /** Words of the template. */
  readonly words: TemplateWords = new TemplateWords();
  /** The candidate, at [0, end): zero-padded 32-bit words, as the table takes them. */
  readonly scratch: Int32Array = new Int32Array((LONGEST_TEMPLATE >> 2) + 2);
  end = 0;
  readonly #bytes = new Uint8Array(this.scratch.buffer);
  /** A copy of the shape's template: the table's own bytes move when it grows. */
  readonly #template = new Uint8Array(LONGEST_TEMPLATE);
  #length = 0;
  /** The chosen place: bytes [from, to) of the template, `span` words. */
  #from = 0;
  #to = 0;
  #span = 1;

  /** Reads the template of a shape. @returns false when it has too few words to learn from, or is too long */
  read(template: Uint8Array): boolean {
    if (template.length > LONGEST_TEMPLATE) return false;
    this.#template.set(template);
    this.#length = template.length;
    this.words.read(template);
    return this.words.count > 1;
  }

  /** Whether word `w` follows a naming word such as "user" or "host". */
  isNamed(w: number): boolean {
    return this.words.isNamed(this.#template, w);
  }

  /** Whether words `w` and `w + 1` have one blank between them. */
  hasPair(w: number): boolean {
    if (w + 1 >= this.words.count) return false;
    const end = this.words.end[w];
    return this.words.start[w + 1] === end + 1 && this.#template[end] === SPACE;
  }

  /** Chooses `span` words from word `w` on as the place, and writes the candidate. */
  choose(w: number, span: number): void {
    this.#span = span;
    this.#from = this.words.start[w];
    this.#to = this.words.end[w + span - 1];
    this.#write();
  }

  /** Writes the template itself: the candidate of shapes that have a word where it has a slot. */
  chooseNothing(): void {
    this.#from = this.#length;
    this.#to = this.#length;
    this.#bytes.set(this.#template.subarray(0, this.#length));
    this.#pad(this.#length);
  }

  /** Whether another template equals this one except for the chosen place, where it has as many free words. */
  matches(other: Uint8Array): boolean {
    const template = this.#template;
    const start = this.#from;
    const tail = this.#length - this.#to;
    const end = other.length - tail;
    if (end <= start) return false;
    for (let i = 0; i < start; i++) if (other[i] !== template[i]) return false;
    for (let i = 0; i < tail; i++) if (other[end + i] !== template[this.#to + i]) return false;
    let words = 0;
    let wordStart = start;
    for (let i = start; i <= end; i++) {
      if (i < end && other[i] === SLOT) return false;
      if (i < end && other[i] !== SPACE) continue;
      if (i === wordStart || wordGuard(other, wordStart, i) !== WORD_FREE) return false;
      wordStart = i + 1;
      words++;
    }
    return words === this.#span;
  }

  /** Distinct words that the place of word `w` needs to become a slot. */
  evidence(w: number): number {
    return this.words.evidenceOf(this.#template, w, this.words.start[w], this.words.end[w]);
  }

  /**
   * Weight of the word that another template has in the chosen place as evidence: one over the distinct words that are
   * needed. Only after `matches`.
   */
  weightOf(other: Uint8Array, w: number, lessEvidence: number): number {
    const end = other.length - (this.#length - this.#to);
    return 1 / Math.max(1, this.words.evidenceOf(other, w, this.#from, end) - lessEvidence);
  }

  /** Writes the template with a slot in the chosen place; slots that only separators part become one, as in a scan. */
  #write(): void {
    const template = this.#template;
    const out = this.#bytes;
    let o = this.#from;
    for (let i = 0; i < o; i++) out[i] = template[i];
    let before = o;
    while (before > 0 && o - before < LONGEST_GAP && isSeparator(template[before - 1])) before--;
    if (before > 0 && template[before - 1] === SLOT) o = before;
    else out[o++] = SLOT;
    let after = this.#to;
    while (after < this.#length && after - this.#to < LONGEST_GAP && isSeparator(template[after])) after++;
    const melts = after < this.#length && template[after] === SLOT;
    for (let i = melts ? after + 1 : this.#to; i < this.#length; i++) out[o++] = template[i];
    this.#pad(o);
  }

  #pad(length: number): void {
    let o = length;
    this.end = (o + 3) >> 2;
    while (o & 3) this.#bytes[o++] = 0;
  }
}
