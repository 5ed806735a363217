/** What a line of a pattern is worth: by severity and by what it says, by age, and by what the policy says. */
import { SEVERITY_CLASSES } from "../../model/severity.ts";
import { decayOf } from "../math/decay.ts";
import { failureFactorOf } from "./failure-words.ts";

/** By severity class; unspecified counts as info. */
const IMPORTANCE_BY_CLASS = [1, 0.5, 0.5, 1, 2, 4, 4];
const MAX_IMPORTANCE = 4;
/** A young pattern tells more a line than one long known: 30 times as much at first, 1.5 times after an hour. */
const YOUNG_BOOST = 29;
const YOUNG_HALF_LIFE_MS = 10 * 60_000;
/** Novelty fades in steps of a 64th of its half-life, looked up: a power for each row would be half of a tick. */
const YOUNG_STEPS = 64;
const YOUNG_HALF_LIVES = 16;

export class PatternPriority {
  /** Value of novelty by age, 1 for what is not young at all. */
  readonly #young: Float64Array = Float64Array.from({ length: YOUNG_STEPS * YOUNG_HALF_LIVES }, (_, step) =>
    step === YOUNG_STEPS * YOUNG_HALF_LIVES - 1 ? 1 : 1 + YOUNG_BOOST * decayOf(step, YOUNG_STEPS),
  );

  /** @param importance see worthOf */
  of(importance: number, ageMs: number, policyValue: number): number {
    const step = Math.min(this.#young.length - 1, Math.floor((ageMs * YOUNG_STEPS) / YOUNG_HALF_LIFE_MS));
    return importance * this.#young[step] * policyValue;
  }
}

/** A line's own value, whatever its age and the policy: the severity that its sender gave it, raised by a text of trouble. */
export function importanceOf(severityClass: number, template: string): number {
  const value = IMPORTANCE_BY_CLASS[Math.min(severityClass, SEVERITY_CLASSES.length - 1)];
  return value >= MAX_IMPORTANCE ? value : Math.min(MAX_IMPORTANCE, value * failureFactorOf(template));
}
