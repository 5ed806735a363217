/**
 * Which share of the input bytes goes to records outside the draw: ERROR lane, first lines, traces, pins, floors. Weighed
 * by traffic, not by time (a memory of so many seconds of ordinary input), so that pauses change nothing, and first lines that
 * come in a heap when traffic returns do not stop the draw: the balance pays for them.
 */
/** Input assumed before the first: the first lines of a young process are a heap, not its ordinary share. */
const PRIOR_SECONDS = 60;

export class ShareMeter {
  readonly #memorySeconds: number;
  #input = 0;
  #apart = 0;

  constructor(memorySeconds: number) {
    this.#memorySeconds = memorySeconds;
  }

  /** @param ordinary input bytes a second in ordinary times */
  observe(inputBytes: number, apartBytes: number, ordinary: number): void {
    if (inputBytes <= 0) return;
    if (this.#input === 0) this.#input = ordinary * PRIOR_SECONDS;
    const keep = 2 ** (-inputBytes / Math.max(1, ordinary * this.#memorySeconds));
    this.#input = this.#input * keep + inputBytes;
    this.#apart = this.#apart * keep + apartBytes;
  }

  /** Bytes kept apart from the draw, per input byte. */
  share(): number {
    return this.#input > 0 ? this.#apart / this.#input : 0;
  }
}
