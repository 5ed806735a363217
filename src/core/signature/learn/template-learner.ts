/**
 * Learns which plain words are values. Shapes of one scope that differ in a single place have a candidate template in
 * common; when enough distinct words were seen in the place, it becomes a slot. The shapes are then reported as the
 * slotted template, and their ids become aliases of its id. The id of a pattern that stays never changes.
 * Works on new shapes only. Bounds: two candidates for each of the template's words, MAX_ROUNDS merges after one new
 * shape, SHAPES_PER_EPOCH shapes and SEARCHES_PER_EPOCH walks over the table in a batch; more is left out.
 */
import type { PatternColumns } from "../table/pattern-columns.ts";
import type { PatternTable } from "../table/pattern-table.ts";
import { OVERFLOW_ROW } from "../table/pattern-table.ts";
import type { TemplateHash } from "../table/template-hash.ts";
import { CandidateCounts, REMEMBERED } from "./candidate-counts.ts";
import { CandidateTemplate } from "./candidate-template.ts";
import { WORD_FIXED, WORD_FREE } from "./template-words.ts";

/** A merge makes a new shape, which may complete the evidence for another word of the template. */
const MAX_ROUNDS = 4;
/** A shape with a slot where the others have a word (a sibling) counts for so many words. */
const EVIDENCE_OF_SIBLING = 2;
const LEAST_EVIDENCE = 2;
/** Two words become one slot only among so many constant words, and by more pairs than words: else they are text. */
const EVIDENCE_FOR_PAIR = 8;
const CONSTANTS_AROUND_PAIR = 3;
const SEARCHES_PER_EPOCH = 4;
/** New shapes of a batch that are learned from; fewer, down to LEAST_SHAPES, while nothing is merged. */
const SHAPES_PER_EPOCH = 256;
const LEAST_SHAPES = 16;
const CANDIDATES_PER_ROW = 2;
const LONGEST_SPAN = 2;
/** Sum of the words' weights that makes a slot; below 1 by the rounding errors of sums of fractions. */
const WHOLE = 0.999;

export class TemplateLearner {
  /** Patterns that were merged into another. */
  mergedTotal = 0;
  readonly #columns: PatternColumns;
  readonly #table: PatternTable;
  readonly #hash: TemplateHash;
  readonly #counts: CandidateCounts;
  readonly #candidate = new CandidateTemplate();
  #members: number[] = [];
  #searches = 0;
  #shapes = 0;
  #epoch = 0;
  /** New shapes that the current batch may learn from. */
  #share = SHAPES_PER_EPOCH;
  #mergedBefore = 0;

  constructor(columns: PatternColumns, table: PatternTable, hash: TemplateHash) {
    this.#columns = columns;
    this.#table = table;
    this.#hash = hash;
    this.#counts = new CandidateCounts(columns.capacity * CANDIDATES_PER_ROW, columns.capacity);
  }

  /** @returns the learned pattern that a new shape belongs to, or -1 */
  lookUp(scope: number, template: Uint8Array): number {
    const candidate = this.#candidate;
    const { origins } = this.#columns;
    if (!origins.hasLearned(scope) || !candidate.read(template)) return -1;
    for (let w = 0; w < candidate.words.count; w++) {
      for (let span = 1; span <= LONGEST_SPAN && this.#mayBeInSlot(w, span); span++) {
        candidate.choose(w, span);
        const row = this.#find(scope);
        if (row >= 0 && origins.isLearned(row)) return row;
      }
    }
    return -1;
  }

  /** Whether `span` words from `w` on may be the value of a slot that is learned already. */
  #mayBeInSlot(w: number, span: number): boolean {
    const { guard } = this.#candidate.words;
    if (span > 1) return this.#candidate.hasPair(w) && guard[w + 1] === WORD_FREE;
    return guard[w] === WORD_FREE || (guard[w] !== WORD_FIXED && this.#candidate.isNamed(w));
  }

  /** Counts a new shape. @returns whether to `observe` it: not beyond the batch's share */
  mayObserve(): boolean {
    if (this.#epoch !== this.#table.epoch) this.#begin();
    return this.#shapes++ < this.#share;
  }

  /** Starts a batch. One that used its share up without a merge halves the share of the next: its lines are no text. */
  #begin(): void {
    const isFutile = this.#shapes > this.#share && this.mergedTotal === this.#mergedBefore;
    this.#share = isFutile ? Math.max(LEAST_SHAPES, this.#share >> 1) : Math.min(SHAPES_PER_EPOCH, this.#share << 1);
    this.#mergedBefore = this.mergedTotal;
    this.#epoch = this.#table.epoch;
    this.#searches = 0;
    this.#shapes = 0;
  }

  /** Adds the shape of a new row as evidence, and merges what that completes. */
  observe(row: number): void {
    this.#observeAsSibling(row);
    let current = row;
    for (let round = 0; round < MAX_ROUNDS && current >= 0; round++) current = this.#observeOnce(current);
  }

  /** A new shape with a slot may be the candidate of earlier shapes: then its slot is evidence for their words. */
  #observeAsSibling(row: number): void {
    const candidate = this.#candidate;
    const { shapes } = this.#columns;
    const scope = shapes.scope(row);
    if (!candidate.read(shapes.templateBytes(row))) return;
    candidate.chooseNothing();
    this.#hash.compute(candidate.scratch, 0, candidate.end, scope);
    const entry = this.#counts.find(this.#hash.first, this.#hash.second);
    if (entry < 0 || this.#counts.count(entry) === 0) return;
    const member = this.#counts.member(entry, 0);
    if (!shapes.isUsed(member) || shapes.scope(member) !== scope) return;
    if (!candidate.read(shapes.templateBytes(member))) return;
    for (let w = 0; w < candidate.words.count; w++) {
      if (candidate.words.guard[w] !== WORD_FREE) continue;
      candidate.choose(w, 1);
      if (this.#find(scope) !== row) continue;
      if (!this.#gather(entry, scope, w, 1, true)) continue;
      this.#merge(scope, row);
      this.#counts.clear(entry);
    }
  }

  /** Adds a row's shape to all of its candidates. @returns the row of the template that this made, or -1 */
  #observeOnce(row: number): number {
    const candidate = this.#candidate;
    const { shapes } = this.#columns;
    const scope = shapes.scope(row);
    if (!candidate.read(shapes.templateBytes(row))) return -1;
    for (let w = 0; w < candidate.words.count; w++) {
      for (let span = 1; span <= LONGEST_SPAN && this.#mayBecomeSlot(w, span); span++) {
        const target = this.#observePlace(row, scope, w, span);
        if (target >= 0) return target === row ? -1 : target;
      }
    }
    return -1;
  }

  /** Whether `span` words from `w` on may become a slot. */
  #mayBecomeSlot(w: number, span: number): boolean {
    const { guard, count } = this.#candidate.words;
    if (span === 1) return guard[w] === WORD_FREE;
    return w > 0 && count >= CONSTANTS_AROUND_PAIR + span && this.#candidate.hasPair(w) && guard[w + 1] === WORD_FREE;
  }

  /** @returns -1 if nothing was merged, the row of the new template, or `row` if it went to an existing one */
  #observePlace(row: number, scope: number, w: number, span: number): number {
    const candidate = this.#candidate;
    candidate.choose(w, span);
    const sibling = this.#find(scope);
    this.#hash.compute(candidate.scratch, 0, candidate.end, scope);
    const weight = 1 / this.#evidence(w, span, sibling >= 0);
    const entry = this.#counts.add(this.#hash.first, this.#hash.second, row, weight);
    if (!this.#gather(entry, scope, w, span, sibling >= 0)) return -1;
    const target = sibling >= 0 ? sibling : this.#insert(scope);
    if (target < 0) return -1;
    this.#merge(scope, target);
    this.#counts.clear(entry);
    return sibling >= 0 ? row : target;
  }

  /** Distinct words that the place needs; beside a sibling one name after a naming word is enough. */
  #evidence(w: number, span: number, hasSibling: boolean): number {
    const own = this.#candidate.evidence(w);
    if (span > 1) return Math.max(EVIDENCE_FOR_PAIR, own, this.#candidate.evidence(w + 1));
    const needed = own - (hasSibling ? EVIDENCE_OF_SIBLING : 0);
    return Math.max(hasSibling && this.#candidate.isNamed(w) ? 1 : LEAST_EVIDENCE, needed);
  }

  /** The row that the candidate is reported as, or -1. */
  #find(scope: number): number {
    return this.#table.find(scope, this.#candidate.scratch, 0, this.#candidate.end);
  }

  #insert(scope: number): number {
    const row = this.#table.insert(scope, this.#candidate.scratch, 0, this.#candidate.end);
    return row === OVERFLOW_ROW ? -1 : row;
  }

  #merge(scope: number, target: number): void {
    this.#columns.origins.learn(target, scope);
    for (const member of this.#members) {
      if (member === target || !this.#isMember(member, scope)) continue; // evicted to make room for the target
      this.#table.merge(member, target);
      this.mergedTotal++;
    }
  }

  /** Collects the patterns that have the chosen candidate. @returns whether their words are evidence enough */
  #gather(entry: number, scope: number, w: number, span: number, hasSibling: boolean): boolean {
    const enough = this.#evidence(w, span, hasSibling);
    const count = this.#counts.count(entry);
    if (count < enough) return false;
    this.#members = [];
    if (count <= REMEMBERED) {
      for (let i = 0; i < count; i++) {
        const member = this.#counts.member(entry, i);
        if (this.#isMember(member, scope) && !this.#members.includes(member)) this.#members.push(member);
      }
    } else if (this.#counts.weight(entry) < WHOLE) return false;
    else if (this.#searches++ < SEARCHES_PER_EPOCH) this.#search(scope);
    return this.#members.length >= enough && (span > 1 || this.#weight(w, hasSibling) >= WHOLE);
  }

  #search(scope: number): void {
    for (let row = 0; row < this.#columns.capacity; row++) if (this.#isMember(row, scope)) this.#members.push(row);
  }

  /** Sum of the members' weights: each word counts by its own look, so one name makes no values of words beside it. */
  #weight(w: number, hasSibling: boolean): number {
    const less = hasSibling ? EVIDENCE_OF_SIBLING : 0;
    let weight = 0;
    for (const row of this.#members) {
      weight += this.#candidate.weightOf(this.#columns.shapes.templateBytes(row), w, less);
    }
    return weight;
  }

  /** Whether the row is a pattern of the scope that has the chosen candidate. */
  #isMember(row: number, scope: number): boolean {
    const { shapes } = this.#columns;
    if (shapes.scope(row) !== scope || !this.#columns.isPattern(row)) return false;
    return this.#candidate.matches(shapes.templateBytes(row));
  }
}
