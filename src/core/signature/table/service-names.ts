/**
 * Service names as small numbers. Bounded: names beyond `maxServices` share one number, `other`, and are counted.
 * Names are never forgotten, so a number means one service for the life of the process.
 */
export const OTHER_SERVICE = 0;

export class ServiceNames {
  /** Resolutions of names that had no place of their own. */
  overflowTotal = 0;
  readonly #maxServices: number;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = ["other"];

  /** @param maxServices names that get a number of their own */
  constructor(maxServices: number) {
    this.#maxServices = maxServices;
  }

  /** Numbers in use, `other` included; every number is below it. */
  get size(): number {
    return this.#names.length;
  }

  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#names.length > this.#maxServices) {
      this.overflowTotal++;
      return OTHER_SERVICE;
    }
    const number = this.#names.length;
    this.#numbers.set(name, number);
    this.#names.push(name);
    return number;
  }

  /** The number of a name without giving it one: -1 when it would be new. */
  find(name: string): number {
    return this.#numbers.get(name) ?? (this.#names.length > this.#maxServices ? OTHER_SERVICE : -1);
  }

  name(number: number): string {
    return this.#names[number];
  }
}
