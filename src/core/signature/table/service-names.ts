/**
 * Numbers service names. A name keeps its number for the life of the process, because scopes and the columns of other
 * stages contain it. Bounds: names beyond `maxServices` share the number of `other`, and each of their look-ups counts.
 */
export const OTHER_SERVICE = 0;

export class ServiceNames {
  /** Look-ups of names that have no number of their own. */
  overflowTotal = 0;
  readonly #maxServices: number;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = ["other"];

  /** @param maxServices names that get a number of their own */
  constructor(maxServices: number) {
    this.#maxServices = maxServices;
  }

  /** The number of a name; a new name gets the next one while there are any. */
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

  /** The number of a name, without giving it one: -1 when `number` would. */
  find(name: string): number {
    return this.#numbers.get(name) ?? (this.#names.length > this.#maxServices ? OTHER_SERVICE : -1);
  }

  name(number: number): string {
    return this.#names[number];
  }
}
