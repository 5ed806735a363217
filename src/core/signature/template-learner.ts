/**
 * Learns which plain words are values: shapes of one scope that differ in a single word share a skeleton, and when
 * enough of them do, the word becomes a slot. The shapes are then reported as the slotted template, and their ids
 * become aliases of its id; no id of a pattern that stays ever changes.
 * Runs on new shapes only. Bounds: MAX_WORDS skeletons a shape, MAX_ROUNDS merges one new shape may set off,
 * SHAPES_PER_EPOCH shapes and SEARCHES_PER_EPOCH walks over the table a batch.
 */

import type { PatternTable } from "./pattern-table.ts";
import { OVERFLOW_ROW } from "./pattern-table.ts";
import { REMEMBERED, SkeletonBuckets } from "./skeleton-buckets.ts";
import type { TemplateHash } from "./template-hash.ts";
import { LONGEST_TEMPLATE, TemplateWords, WORD_FIXED, WORD_FREE } from "./template-words.ts";
import { isSeparator, LONGEST_GAP } from "./template-writer.ts";
import { SLOT } from "./token-kinds.ts";

/** A merge makes a new shape, which may complete the evidence for another word of the template. */
const MAX_ROUNDS = 4;
/** A shape that has a slot where the word stands is evidence itself. */
const EVIDENCE_OF_SIBLING = 2;
const LEAST_EVIDENCE = 2;
const SEARCHES_PER_EPOCH = 4;
/** New shapes of a batch that are learned from. */
const SHAPES_PER_EPOCH = 256;
const SKELETONS_PER_PATTERN = 4;

export class TemplateLearner {
  /** Shapes that became aliases. */
  mergedTotal = 0;
  /** New shapes and searches left out because the batch at hand had its share. */
  postponedTotal = 0;
  readonly #table: PatternTable;
  readonly #hash: TemplateHash;
  readonly #buckets: SkeletonBuckets;
  readonly #words = new TemplateWords();
  /** The shape at hand: the table's own bytes move when it grows. */
  readonly #template = new Uint8Array(LONGEST_TEMPLATE);
  #length = 0;
  readonly #skeletonWords = new Int32Array((LONGEST_TEMPLATE >> 2) + 2);
  readonly #skeleton = new Uint8Array(this.#skeletonWords.buffer);
  #skeletonEnd = 0;
  #members: number[] = [];
  #searches = 0;
  #shapes = 0;
  #epoch = 0;

  constructor(table: PatternTable, hash: TemplateHash) {
    this.#table = table;
    this.#hash = hash;
    this.#buckets = new SkeletonBuckets(table.capacity * SKELETONS_PER_PATTERN);
  }

  /** @returns the learned pattern that a new shape belongs to, or -1 */
  resolve(scope: number, template: Uint8Array): number {
    if (!this.#mayLearn() || !this.#read(template)) return -1;
    for (let w = 0; w < this.#words.count; w++) {
      const guard = this.#words.guard[w];
      if (guard === WORD_FIXED || (guard !== WORD_FREE && !this.#words.isNamed(this.#template, w))) continue;
      const row = this.#findSkeleton(scope, w);
      if (row >= 0 && this.#table.isLearned(row)) return row;
    }
    return -1;
  }

  /** Takes a new shape's row as evidence, and merges what that decides. */
  observe(row: number): void {
    if (this.#shapes > SHAPES_PER_EPOCH) return;
    this.#observeSiblings(row);
    let current = row;
    for (let round = 0; round < MAX_ROUNDS && current >= 0; round++) current = this.#observeOnce(current);
  }

  /** A shape with a slot may be the skeleton of shapes seen before: then its slot is evidence for their words. */
  #observeSiblings(row: number): void {
    const table = this.#table;
    const scope = table.scope(row);
    if (!this.#read(table.templateBytes(row))) return;
    this.#hash.compute(this.#copyWords(), 0, this.#skeletonEnd, scope);
    const entry = this.#buckets.find(this.#hash.first, this.#hash.second);
    if (entry < 0) return;
    const member = this.#buckets.count(entry) > 0 ? this.#buckets.member(entry, 0) : -1;
    if (!table.isUsed(member) || table.scope(member) !== scope || !this.#read(table.templateBytes(member))) return;
    for (let w = 0; w < this.#words.count; w++) {
      if (this.#words.guard[w] !== WORD_FREE || this.#findSkeleton(scope, w) !== row) continue;
      const evidence = this.#evidence(w, true);
      if (this.#buckets.count(entry) < evidence || !this.#gather(entry, scope, w, evidence)) continue;
      this.#merge(scope, w, row);
      this.#buckets.clear(entry);
    }
  }

  /** Distinct words needed; a name after a naming word needs no second one beside a slot. */
  #evidence(w: number, hasSibling: boolean): number {
    const needed = this.#words.evidence[w] - (hasSibling ? EVIDENCE_OF_SIBLING : 0);
    return Math.max(hasSibling && this.#words.isNamed(this.#template, w) ? 1 : LEAST_EVIDENCE, needed);
  }

  /** @returns the row of a template that was made, or -1 */
  #observeOnce(row: number): number {
    const table = this.#table;
    const scope = table.scope(row);
    if (!this.#read(table.templateBytes(row))) return -1;
    for (let w = 0; w < this.#words.count; w++) {
      if (this.#words.guard[w] !== WORD_FREE) continue;
      const sibling = this.#findSkeleton(scope, w);
      this.#hash.compute(this.#skeletonWords, 0, this.#skeletonEnd, scope);
      const entry = this.#buckets.add(this.#hash.first, this.#hash.second, row);
      const evidence = this.#evidence(w, sibling >= 0);
      if (this.#buckets.count(entry) < evidence || !this.#gather(entry, scope, w, evidence)) continue;
      const target = sibling >= 0 ? sibling : this.#insertSkeleton(scope, w);
      if (target < 0) continue;
      this.#merge(scope, w, target);
      this.#buckets.clear(entry);
      return sibling >= 0 ? -1 : target;
    }
    return -1;
  }

  #insertSkeleton(scope: number, w: number): number {
    this.#writeSkeleton(w);
    const row = this.#table.insert(scope, this.#skeletonWords, 0, this.#skeletonEnd);
    return row === OVERFLOW_ROW ? -1 : row;
  }

  #merge(scope: number, w: number, target: number): void {
    this.#table.markLearned(target);
    for (const member of this.#members) {
      if (member === target || !this.#isMember(member, scope, w)) continue; // taken back to make room for the target
      this.#table.merge(member, target);
      this.mergedTotal++;
    }
  }

  /** Collects the shapes that share the skeleton without word `w`. @returns whether there are enough */
  #gather(entry: number, scope: number, w: number, enough: number): boolean {
    this.#members = [];
    const count = this.#buckets.count(entry);
    if (count <= REMEMBERED) {
      for (let i = 0; i < count; i++) {
        const member = this.#buckets.member(entry, i);
        if (this.#isMember(member, scope, w) && !this.#members.includes(member)) this.#members.push(member);
      }
    } else if (this.#maySearch()) {
      for (let row = 0; row < this.#table.capacity; row++) if (this.#isMember(row, scope, w)) this.#members.push(row);
    } else this.postponedTotal++;
    return this.#members.length >= enough;
  }

  /** Counts a new shape. A batch with very many is no text with patterns: the rest of it is taken as it comes. */
  #mayLearn(): boolean {
    if (this.#epoch !== this.#table.epoch) {
      this.#epoch = this.#table.epoch;
      this.#searches = 0;
      this.#shapes = 0;
    }
    const may = this.#shapes++ < SHAPES_PER_EPOCH;
    if (!may) this.postponedTotal++;
    return may;
  }

  #maySearch(): boolean {
    return this.#searches++ < SEARCHES_PER_EPOCH;
  }

  /** Whether a row's template is the shape at hand but for one word in place of word `w`. */
  #isMember(row: number, scope: number, w: number): boolean {
    const table = this.#table;
    if (!table.isUsed(row) || table.scope(row) !== scope || !table.isCanonical(row)) return false;
    const other = table.templateBytes(row);
    const template = this.#template;
    const start = this.#words.start[w];
    const tail = this.#length - this.#words.end[w];
    const end = other.length - tail;
    if (end <= start) return false;
    for (let i = 0; i < start; i++) if (other[i] !== template[i]) return false;
    for (let i = 0; i < tail; i++) if (other[end + i] !== template[this.#words.end[w] + i]) return false;
    for (let i = start; i < end; i++) if (other[i] === SLOT || other[i] === 32) return false;
    return true;
  }

  #read(template: Uint8Array): boolean {
    if (template.length > LONGEST_TEMPLATE) return false;
    this.#template.set(template);
    this.#length = template.length;
    this.#words.read(template);
    return this.#words.count > 1;
  }

  /** The template at hand, unchanged, in the scratch for skeletons. */
  #copyWords(): Int32Array {
    let o = this.#length;
    for (let i = 0; i < o; i++) this.#skeleton[i] = this.#template[i];
    this.#skeletonEnd = (o + 3) >> 2;
    while (o & 3) this.#skeleton[o++] = 0;
    return this.#skeletonWords;
  }

  #findSkeleton(scope: number, w: number): number {
    this.#writeSkeleton(w);
    return this.#table.find(scope, this.#skeletonWords, 0, this.#skeletonEnd);
  }

  /** The template with a slot in place of word `w`, melting as the scanner would have it. */
  #writeSkeleton(w: number): void {
    const template = this.#template;
    const out = this.#skeleton;
    let o = this.#words.start[w];
    for (let i = 0; i < o; i++) out[i] = template[i];
    let before = o;
    while (before > 0 && o - before < LONGEST_GAP && isSeparator(template[before - 1])) before--;
    if (before > 0 && template[before - 1] === SLOT) o = before;
    else out[o++] = SLOT;
    const end = this.#words.end[w];
    let after = end;
    while (after < this.#length && after - end < LONGEST_GAP && isSeparator(template[after])) after++;
    for (let i = template[after] === SLOT && after < this.#length ? after + 1 : end; i < this.#length; i++)
      out[o++] = template[i];
    this.#skeletonEnd = (o + 3) >> 2;
    while (o & 3) out[o++] = 0;
  }
}
