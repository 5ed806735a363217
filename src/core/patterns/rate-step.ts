/**
 * When a rate has stepped, up or down: the arrivals of one tick leave what the rate lets expect by a factor and beyond
 * chance. The rates of frequent patterns and the load factors of services decide it by the same numbers, or a step would
 * count twice in one place and never in another.
 */

/** Factor from which a change of a rate is a step. */
export const STEP = 1.7;
/** Standard deviations of a Poisson count that the change must exceed. */
const STEP_DEVIATIONS = 3;
/** Seconds between arrivals above which a sender batches: the size of one batch is no evidence of a step. */
export const STEADY_SECONDS = 1.6;
/** No sender batches for longer than this: more silence is a pause. */
const BATCH_SECONDS = 60;

/** Whether `lines` arrivals are a step of a rate that lets `expected` of them expect. */
export function isStep(lines: number, expected: number): boolean {
  const chance = STEP_DEVIATIONS * Math.sqrt(lines);
  return lines - chance > STEP * expected || STEP * (lines + chance) < expected;
}

/** Seconds that the arrivals of a tick are spread over: the silence before them may be the interval of a batch. */
export function spreadSeconds(tickSeconds: number, silentSeconds: number): number {
  return tickSeconds + (silentSeconds <= BATCH_SECONDS ? silentSeconds : 0);
}
