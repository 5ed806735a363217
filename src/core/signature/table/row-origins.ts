/** Where the patterns of rows come from: a policy document, learning, or the lines of this process. A byte a row. */
const KNOWN = 1;
const LEARNED = 2;
const SEEDED = 4;

export class RowOrigins {
  readonly #flags: Uint8Array;
  readonly #hasLearned: Uint8Array;

  constructor(rows: number, scopes: number) {
    this.#flags = new Uint8Array(rows);
    this.#hasLearned = new Uint8Array(scopes);
  }

  /** Forgets a row that is given to another pattern. */
  reset(row: number): void {
    this.#flags[row] = 0;
  }

  /** The row came out of a policy document. */
  seed(row: number): void {
    this.#flags[row] |= KNOWN | SEEDED;
  }

  /** The row's slots stand for plain words too. It is not new: its lines came before, by other ids. */
  learn(row: number, scope: number): void {
    this.#flags[row] |= KNOWN | LEARNED;
    this.#hasLearned[scope] = 1;
  }

  /** Not new, whenever its first line comes: it came out of a policy document, or was learned. */
  isKnown(row: number): boolean {
    return (this.#flags[row] & KNOWN) !== 0;
  }

  /** Out of a policy document: older than this process, by how much nobody knows. */
  isSeeded(row: number): boolean {
    return (this.#flags[row] & SEEDED) !== 0;
  }

  isLearned(row: number): boolean {
    return (this.#flags[row] & LEARNED) !== 0;
  }

  /** Whether templates with learned slots were ever made in the scope. */
  hasLearned(scope: number): boolean {
    return this.#hasLearned[scope] === 1;
  }
}
