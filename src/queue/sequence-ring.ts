/**
 * A growable ring of items under increasing sequence numbers. Append, look-up and removal anywhere are O(1) amortised.
 * A removed item is let go of at once; its slot is reused when everything before it was removed too.
 * Bounded by its user: it grows by doubling to the widest span of live sequence numbers (8 bytes a slot) and
 * shrinks back when it runs empty.
 */
const INITIAL_CAPACITY = 64;

export class SequenceRing<Item> {
  #slots: (Item | undefined)[] = new Array<Item | undefined>(INITIAL_CAPACITY).fill(undefined);
  #head: number;
  #tail: number;

  /** @param first the sequence number of the first item to be appended */
  constructor(first: number) {
    this.#head = first;
    this.#tail = first;
  }

  /** Sequence number of the oldest item, or the next one to be given when empty. */
  get head(): number {
    return this.#head;
  }

  /** The sequence number the next item will get. */
  get tail(): number {
    return this.#tail;
  }

  /** @returns the item's sequence number */
  append(item: Item): number {
    if (this.#tail - this.#head === this.#slots.length) this.#resize(this.#slots.length * 2);
    const sequence = this.#tail++;
    this.#slots[sequence & (this.#slots.length - 1)] = item;
    return sequence;
  }

  /** @returns undefined for a number never given, and for a removed item */
  get(sequence: number): Item | undefined {
    if (sequence < this.#head || sequence >= this.#tail) return undefined;
    return this.#slots[sequence & (this.#slots.length - 1)];
  }

  remove(sequence: number): void {
    if (sequence < this.#head || sequence >= this.#tail) return;
    const mask = this.#slots.length - 1;
    this.#slots[sequence & mask] = undefined;
    while (this.#head < this.#tail && this.#slots[this.#head & mask] === undefined) this.#head++;
    if (this.#head === this.#tail && this.#slots.length > INITIAL_CAPACITY) this.#resize(INITIAL_CAPACITY);
  }

  #resize(capacity: number): void {
    const slots = new Array<Item | undefined>(capacity).fill(undefined);
    for (let sequence = this.#head; sequence < this.#tail; sequence++) {
      slots[sequence & (capacity - 1)] = this.#slots[sequence & (this.#slots.length - 1)];
    }
    this.#slots = slots;
  }
}
