/**
 * A slow baseline that a burst hardly moves: an EWMA of winsorised samples, and the plain mean while it is young, so that
 * it does not climb from zero for a whole half-life. Time is active time: callers leave out pauses.
 */
import { ewmaStep, ewmaWeight } from "./decay.ts";

/** Active seconds up to which a baseline is young. */
export const YOUNG_SECONDS = 600;
/** A sample counts as at most this multiple of the baseline. */
const WINSOR = 3;

/** The baseline after a sample. @param weight of the sample: see ewmaWeight */
export function baselineStep(baseline: number, sample: number, weight: number): number {
  return ewmaStep(baseline, Math.min(sample, WINSOR * baseline), weight);
}

/** One baseline; its owner says until when it is young. */
export class Baseline {
  readonly #halfLifeSeconds: number;
  #sum = 0;
  #seconds = 0;
  #value: number;

  /** @param value to start from, 0 while none is known */
  constructor(halfLifeSeconds: number, value: number) {
    this.#halfLifeSeconds = halfLifeSeconds;
    this.#value = value;
  }

  get value(): number {
    return this.#value;
  }

  /** While it is young: the mean of all samples, each weighted by its seconds. */
  learnYoung(sample: number, seconds: number): void {
    this.#sum += sample * seconds;
    this.#seconds += seconds;
    this.#value = this.#sum / this.#seconds;
  }

  /** From then on. */
  learn(sample: number, seconds: number): void {
    this.#value = baselineStep(this.#value, sample, ewmaWeight(seconds, this.#halfLifeSeconds));
  }
}
