/**
 * The table of anomaly detectors. A new detector is one file beside this one, one row in the table, and one unit test.
 * Cost: one call a detector for each ordinary row that a tick visits; no allocation.
 */
import type { PatternRates } from "../patterns/pattern-rates.ts";
import type { PatternState } from "../patterns/pattern-state.ts";
import { BurstDetector } from "./burst.ts";
import type { Detector } from "./detector.ts";

const DETECTORS: readonly (new (state: PatternState, rates: PatternRates) => Detector)[] = [BurstDetector];

/** All detectors over one pattern table. */
export class AnomalyRegistry {
  readonly detectors: readonly Detector[];

  constructor(state: PatternState, rates: PatternRates) {
    this.detectors = DETECTORS.map((DetectorOfKind) => new DetectorOfKind(state, rates));
  }

  /** @returns the highest score of all detectors: see Detector */
  scoreOf(row: number, overloadRatio: number): number {
    let highest = 0;
    for (const detector of this.detectors) highest = Math.max(highest, detector.scoreOf(row, overloadRatio));
    return highest;
  }
}
