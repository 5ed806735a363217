/**
 * Numbers in descending order of a key, sorted only as far as they are read: the first page of 50,000 costs a pass over
 * them (quickselect), not a sort. Keys are copied, so later changes do not move the order. Bounds: 12 bytes a number.
 */

/** Positions sorted beyond the one that is read. */
const CHUNK = 256;

export class LazyOrder {
  readonly #items: Int32Array;
  readonly #keys: Float64Array;
  readonly #tie: (a: number, b: number) => number;
  /** Positions below are final. */
  #sorted = 0;

  /**
   * @param keys of the items, by position; no NaN
   * @param tie orders two items of one key and never returns 0; default: the lower number first
   */
  constructor(
    items: readonly number[],
    keys: readonly number[],
    tie: (a: number, b: number) => number = (a, b) => a - b,
  ) {
    this.#items = Int32Array.from(items);
    this.#keys = Float64Array.from(keys);
    this.#tie = tie;
  }

  get length(): number {
    return this.#items.length;
  }

  at(position: number): number {
    if (position >= this.#sorted) this.#sortTo(Math.min(this.length, position + CHUNK));
    return this.#items[position];
  }

  #sortTo(end: number): void {
    if (end < this.length) this.#select(end);
    const chunk = Array.from({ length: end - this.#sorted }, (_, i) => ({
      item: this.#items[this.#sorted + i],
      key: this.#keys[this.#sorted + i],
    }));
    chunk.sort((a, b) => b.key - a.key || this.#tie(a.item, b.item));
    for (const { item, key } of chunk) {
      this.#items[this.#sorted] = item;
      this.#keys[this.#sorted++] = key;
    }
  }

  /** Moves the items that belong below position `end` there, unordered (Hoare's quickselect). */
  #select(end: number): void {
    let left = this.#sorted;
    let right = this.length - 1;
    while (left < right) {
      this.#medianFirst(left, right);
      const item = this.#items[left];
      const key = this.#keys[left];
      let low = left - 1;
      let high = right + 1;
      for (;;) {
        do low++;
        while (this.#isBefore(this.#items[low], this.#keys[low], item, key));
        do high--;
        while (this.#isBefore(item, key, this.#items[high], this.#keys[high]));
        if (low >= high) break;
        this.#swap(low, high);
      }
      // [left, high] comes before (high, right].
      if (high + 1 === end) return;
      if (end <= high) right = high;
      else left = high + 1;
    }
  }

  /** Median of three to the front: sorted input is no worst case. */
  #medianFirst(left: number, right: number): void {
    const middle = (left + right) >>> 1;
    if (this.#comesBefore(middle, left)) this.#swap(left, middle);
    if (this.#comesBefore(right, left)) this.#swap(left, right);
    if (this.#comesBefore(right, middle)) this.#swap(middle, right);
    this.#swap(left, middle);
  }

  #comesBefore(a: number, b: number): boolean {
    return this.#isBefore(this.#items[a], this.#keys[a], this.#items[b], this.#keys[b]);
  }

  #isBefore(item: number, key: number, other: number, otherKey: number): boolean {
    return key === otherKey ? this.#tie(item, other) < 0 : key > otherKey;
  }

  #swap(a: number, b: number): void {
    const item = this.#items[a];
    const key = this.#keys[a];
    this.#items[a] = this.#items[b];
    this.#keys[a] = this.#keys[b];
    this.#items[b] = item;
    this.#keys[b] = key;
  }
}
