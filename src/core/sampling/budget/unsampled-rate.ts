/**
 * Bytes a second that go to records outside the draw: first lines, traces, pins, floors, context. A mean over active time,
 * so that pauses change nothing, and first lines that come in a heap when traffic returns do not stop the draw: the balance
 * pays for them. Not a share of the input: floors and first lines do not multiply when the load does.
 */
import { ewmaStep, ewmaWeight } from "../../math/decay.ts";

/** Time assumed before the first line: the first lines of a young process are a heap, not its ordinary rate. */
const PRIOR_SECONDS = 60;

export class UnsampledRate {
  readonly #halfLifeSeconds: number;
  #seconds = PRIOR_SECONDS;
  #rate = 0;
  #pending = 0;

  constructor(halfLifeSeconds: number) {
    this.#halfLifeSeconds = halfLifeSeconds;
  }

  /** @param seconds of active time that the bytes came in; 0 when nothing arrived */
  observe(bytes: number, seconds: number): void {
    this.#pending += bytes;
    if (seconds <= 0) return;
    this.#seconds += seconds;
    const weight = Math.max(ewmaWeight(seconds, this.#halfLifeSeconds), Math.min(1, seconds / this.#seconds));
    this.#rate = ewmaStep(this.#rate, this.#pending / seconds, weight);
    this.#pending = 0;
  }

  bytesPerSecond(): number {
    return this.#rate;
  }
}
