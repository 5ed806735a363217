/**
 * Input bytes a byte of record cost (content and stamp): senders' envelopes weigh differently from ours. Over the last
 * minutes of traffic; pauses change nothing.
 */
import { decayOf } from "../../math/decay.ts";

const HALF_LIFE_SECONDS = 60;

export class InputScale {
  #input = 0;
  #cost = 0;

  /** @param input bytes since the last tick @param cost of their records @returns the scale; 1 before the first record */
  observe(input: number, cost: number, seconds: number): number {
    if (cost > 0) {
      const retained = decayOf(seconds, HALF_LIFE_SECONDS);
      this.#input = this.#input * retained + input;
      this.#cost = this.#cost * retained + cost;
    }
    return this.#cost > 0 ? this.#input / this.#cost : 1;
  }
}
