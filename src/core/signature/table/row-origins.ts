/**
 * Where the pattern of each row comes from: a policy document, learning, or the lines of this process. And which scopes
 * have learned patterns at all, so that the others skip the look-up among them.
 */
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

  /** Clears a row that is released. */
  reset(row: number): void {
    this.#flags[row] = 0;
  }

  /** Marks a row as out of a policy document. */
  seed(row: number): void {
    this.#flags[row] |= KNOWN | SEEDED;
  }

  /** Marks a row as learned: it has a slot for words. Not new, because its lines were reported by other ids before. */
  learn(row: number, scope: number): void {
    this.#flags[row] |= KNOWN | LEARNED;
    this.#hasLearned[scope] = 1;
  }

  /** Whether the pattern is no news when its first line comes: it is seeded or learned. */
  isKnown(row: number): boolean {
    return (this.#flags[row] & KNOWN) !== 0;
  }

  /** Whether the pattern came out of a policy document, and so is older than this process by an unknown time. */
  isSeeded(row: number): boolean {
    return (this.#flags[row] & SEEDED) !== 0;
  }

  /** Whether the pattern was learned, here or by an instance that wrote the policy document. */
  isLearned(row: number): boolean {
    return (this.#flags[row] & LEARNED) !== 0;
  }

  /** Whether the scope has ever had a learned pattern. */
  hasLearned(scope: number): boolean {
    return this.#hasLearned[scope] === 1;
  }
}
