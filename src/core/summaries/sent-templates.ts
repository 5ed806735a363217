/** Remembers which templates were sent in the last hour, because a row has its template once an hour only. */

const EVERY_MS = 60 * 60_000;
/** Patterns remembered at most; beyond that all are forgotten, and their templates sent again. */
const PATTERNS_MAX = 10_000;

export class SentTemplates {
  /** Monotonic milliseconds of the last sending, by published id, in order of sending. */
  readonly #sentMs = new Map<string, number>();

  has(pattern: string): boolean {
    return this.#sentMs.has(pattern);
  }

  /** Forgets templates sent an hour ago, and all of them once there are too many. */
  expire(monoMs: number): void {
    if (this.#sentMs.size >= PATTERNS_MAX) this.#sentMs.clear();
    for (const [pattern, sentMs] of this.#sentMs) {
      // The entries after this one were sent later.
      if (monoMs - sentMs < EVERY_MS) return;
      this.#sentMs.delete(pattern);
    }
  }

  /** Leaves the template on the first row of its pattern in an hour, and takes it off the others. */
  claim(row: { readonly pattern: string; template: string | undefined }, monoMs: number): void {
    if (row.template === undefined) return;
    if (this.#sentMs.has(row.pattern)) row.template = undefined;
    else this.#sentMs.set(row.pattern, monoMs);
  }

  /** The row that had the template was not sent. */
  takeBack(pattern: string): void {
    this.#sentMs.delete(pattern);
  }
}
