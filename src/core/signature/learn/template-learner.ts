/**
 * Learns which plain words are values: shapes of one scope that differ in a single place share a skeleton, and when
 * enough of them do, the place becomes a slot. The shapes are then reported as the slotted template, and their ids
 * become aliases of its id; no id of a pattern that stays ever changes.
 * Runs on new shapes only. Bounds: two skeletons for each of MAX_WORDS words, MAX_ROUNDS merges that one new shape may
 * set off, SHAPES_PER_EPOCH shapes and SEARCHES_PER_EPOCH walks over the table a batch.
 */

import type { PatternTable } from "../table/pattern-table.ts";
import { OVERFLOW_ROW } from "../table/pattern-table.ts";
import type { TemplateHash } from "../table/template-hash.ts";
import { Skeleton } from "./skeleton.ts";
import { REMEMBERED, SkeletonBuckets } from "./skeleton-buckets.ts";
import { WORD_FIXED, WORD_FREE } from "./template-words.ts";

/** A merge makes a new shape, which may complete the evidence for another word of the template. */
const MAX_ROUNDS = 4;
/** A shape that has a slot where the word stands is evidence itself. */
const EVIDENCE_OF_SIBLING = 2;
const LEAST_EVIDENCE = 2;
/** Two words at once: a frame of constants around them is needed, and more pairs than words. */
const EVIDENCE_FOR_PAIR = 8;
const CONSTANTS_AROUND_PAIR = 3;
const SEARCHES_PER_EPOCH = 4;
/** New shapes of a batch that are learned from; fewer while nothing comes of it. */
const SHAPES_PER_EPOCH = 256;
const LEAST_SHAPES = 16;
const SKELETONS_PER_PATTERN = 2;
const LONGEST_SPAN = 2;
/** Sum of the words' weights that makes a slot; below 1 by what sums of fractions lose. */
const WHOLE = 0.999;

export class TemplateLearner {
  /** Shapes that became aliases. */
  mergedTotal = 0;
  /** New shapes and searches left out because the batch at hand had its share. */
  postponedTotal = 0;
  readonly #table: PatternTable;
  readonly #hash: TemplateHash;
  readonly #buckets: SkeletonBuckets;
  readonly #skeleton = new Skeleton();
  #members: number[] = [];
  #searches = 0;
  #shapes = 0;
  #epoch = 0;
  /** New shapes that the batch at hand may learn from. */
  #share = SHAPES_PER_EPOCH;
  #mergedBefore = 0;

  constructor(table: PatternTable, hash: TemplateHash) {
    this.#table = table;
    this.#hash = hash;
    this.#buckets = new SkeletonBuckets(table.capacity * SKELETONS_PER_PATTERN, table.capacity);
  }

  /** @returns the learned pattern that a new shape belongs to, or -1 */
  lookUp(scope: number, template: Uint8Array): number {
    const skeleton = this.#skeleton;
    if (!this.#table.origins.hasLearned(scope) || !skeleton.read(template)) return -1;
    for (let w = 0; w < skeleton.words.count; w++) {
      for (let span = 1; span <= LONGEST_SPAN && this.#mayStandInSlot(w, span); span++) {
        skeleton.choose(w, span);
        const row = this.#find(scope);
        if (row >= 0 && this.#table.origins.isLearned(row)) return row;
      }
    }
    return -1;
  }

  /** Whether the last of `span` words from `w` on may stand in a slot that is known. */
  #mayStandInSlot(w: number, span: number): boolean {
    const { guard } = this.#skeleton.words;
    if (span > 1) return this.#skeleton.hasPair(w) && guard[w + 1] === WORD_FREE;
    return guard[w] === WORD_FREE || (guard[w] !== WORD_FIXED && this.#skeleton.isNamed(w));
  }

  /** Counts a new shape. A batch with very many is no text with patterns: the rest of it is taken as it comes. */
  mayObserve(): boolean {
    if (this.#epoch !== this.#table.epoch) this.#begin();
    const may = this.#shapes++ < this.#share;
    if (!may) this.postponedTotal++;
    return may;
  }

  /** A batch whose share was used up for nothing leaves half of it to the next one. */
  #begin(): void {
    const isFutile = this.#shapes > this.#share && this.mergedTotal === this.#mergedBefore;
    this.#share = isFutile ? Math.max(LEAST_SHAPES, this.#share >> 1) : Math.min(SHAPES_PER_EPOCH, this.#share << 1);
    this.#mergedBefore = this.mergedTotal;
    this.#epoch = this.#table.epoch;
    this.#searches = 0;
    this.#shapes = 0;
  }

  /** Takes a new shape's row as evidence, and merges what that decides. */
  observe(row: number): void {
    this.#observeSiblings(row);
    let current = row;
    for (let round = 0; round < MAX_ROUNDS && current >= 0; round++) current = this.#observeOnce(current);
  }

  /** A shape with a slot may be the skeleton of shapes seen before: then its slot is evidence for their words. */
  #observeSiblings(row: number): void {
    const table = this.#table;
    const skeleton = this.#skeleton;
    const scope = table.scope(row);
    if (!skeleton.read(table.templateBytes(row))) return;
    skeleton.chooseNothing();
    this.#hash.compute(skeleton.scratch, 0, skeleton.end, scope);
    const entry = this.#buckets.find(this.#hash.first, this.#hash.second);
    if (entry < 0 || this.#buckets.count(entry) === 0) return;
    const member = this.#buckets.member(entry, 0);
    if (!table.isUsed(member) || table.scope(member) !== scope || !skeleton.read(table.templateBytes(member))) return;
    for (let w = 0; w < skeleton.words.count; w++) {
      if (skeleton.words.guard[w] !== WORD_FREE) continue;
      skeleton.choose(w, 1);
      if (this.#find(scope) !== row) continue;
      if (!this.#gather(entry, scope, w, 1, true)) continue;
      this.#merge(scope, row);
      this.#buckets.clear(entry);
    }
  }

  /** @returns the row of a template that was made, or -1 */
  #observeOnce(row: number): number {
    const skeleton = this.#skeleton;
    const scope = this.#table.scope(row);
    if (!skeleton.read(this.#table.templateBytes(row))) return -1;
    for (let w = 0; w < skeleton.words.count; w++) {
      for (let span = 1; span <= LONGEST_SPAN && this.#isCandidate(w, span); span++) {
        const target = this.#observePlace(row, scope, w, span);
        if (target >= 0) return target === row ? -1 : target;
      }
    }
    return -1;
  }

  /** Whether `span` words from `w` on may be values that nothing is known of yet. */
  #isCandidate(w: number, span: number): boolean {
    const { guard, count } = this.#skeleton.words;
    if (span === 1) return guard[w] === WORD_FREE;
    return w > 0 && count >= CONSTANTS_AROUND_PAIR + span && this.#skeleton.hasPair(w) && guard[w + 1] === WORD_FREE;
  }

  /** @returns -1 when nothing was merged, the new template's row, or `row` itself when an old template took it in */
  #observePlace(row: number, scope: number, w: number, span: number): number {
    const skeleton = this.#skeleton;
    skeleton.choose(w, span);
    const sibling = this.#find(scope);
    this.#hash.compute(skeleton.scratch, 0, skeleton.end, scope);
    const weight = 1 / this.#evidence(w, span, sibling >= 0);
    const entry = this.#buckets.add(this.#hash.first, this.#hash.second, row, weight);
    if (!this.#gather(entry, scope, w, span, sibling >= 0)) return -1;
    const target = sibling >= 0 ? sibling : this.#insert(scope);
    if (target < 0) return -1;
    this.#merge(scope, target);
    this.#buckets.clear(entry);
    return sibling >= 0 ? row : target;
  }

  /** Distinct words needed; a name after a naming word needs no second one beside a slot. */
  #evidence(w: number, span: number, hasSibling: boolean): number {
    const own = this.#skeleton.evidence(w);
    if (span > 1) return Math.max(EVIDENCE_FOR_PAIR, own, this.#skeleton.evidence(w + 1));
    const needed = own - (hasSibling ? EVIDENCE_OF_SIBLING : 0);
    return Math.max(hasSibling && this.#skeleton.isNamed(w) ? 1 : LEAST_EVIDENCE, needed);
  }

  #find(scope: number): number {
    return this.#table.find(scope, this.#skeleton.scratch, 0, this.#skeleton.end);
  }

  #insert(scope: number): number {
    const row = this.#table.insert(scope, this.#skeleton.scratch, 0, this.#skeleton.end);
    return row === OVERFLOW_ROW ? -1 : row;
  }

  #merge(scope: number, target: number): void {
    this.#table.origins.learn(target, scope);
    for (const member of this.#members) {
      if (member === target || !this.#isMember(member, scope)) continue; // taken back to make room for the target
      this.#table.merge(member, target);
      this.mergedTotal++;
    }
  }

  /** Collects the shapes that share the chosen skeleton. @returns whether their words are evidence enough */
  #gather(entry: number, scope: number, w: number, span: number, hasSibling: boolean): boolean {
    const enough = this.#evidence(w, span, hasSibling);
    const count = this.#buckets.count(entry);
    if (count < enough) return false;
    this.#members = [];
    if (count <= REMEMBERED) {
      for (let i = 0; i < count; i++) {
        const member = this.#buckets.member(entry, i);
        if (this.#isMember(member, scope) && !this.#members.includes(member)) this.#members.push(member);
      }
    } else if (this.#buckets.weight(entry) < WHOLE) return false;
    else if (this.#searches++ < SEARCHES_PER_EPOCH) {
      for (let row = 0; row < this.#table.capacity; row++) if (this.#isMember(row, scope)) this.#members.push(row);
    } else this.postponedTotal++;
    return this.#members.length >= enough && (span > 1 || this.#weight(w, hasSibling) >= WHOLE);
  }

  /** A word counts for as much as its look is evidence, so that one name does not make values of the words beside it. */
  #weight(w: number, hasSibling: boolean): number {
    const less = hasSibling ? EVIDENCE_OF_SIBLING : 0;
    let weight = 0;
    for (const row of this.#members) weight += this.#skeleton.weightOf(this.#table.templateBytes(row), w, less);
    return weight;
  }

  #isMember(row: number, scope: number): boolean {
    const table = this.#table;
    if (!table.isUsed(row) || table.scope(row) !== scope || !table.isCanonical(row)) return false;
    return this.#skeleton.matches(table.templateBytes(row));
  }
}
