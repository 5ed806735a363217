/**
 * Fourth stage of a decision: the draw, one Bernoulli trial a record, by OpenTelemetry's threshold test. It follows
 * every limit on the probability, so the weights 1/p of the kept records are unbiased.
 */
import { SEVERITY_ERROR } from "../../../model/severity.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import type { DecidingSlice } from "./deciding-slice.ts";
import type { Randomness } from "./randomness.ts";
import { passes, probabilityOf, thresholdOf } from "./threshold.ts";
import type { TracePromotion } from "./trace-promotion.ts";

export class Draw {
  readonly #randomness: Randomness;
  readonly #state: PatternState;
  readonly #promotion: TracePromotion;
  readonly #stampBytes: number;

  /** @param stampBytes bytes of the sampling attributes on a kept record */
  constructor(randomness: Randomness, state: PatternState, promotion: TracePromotion, stampBytes: number) {
    this.#randomness = randomness;
    this.#state = state;
    this.#promotion = promotion;
    this.#stampBytes = stampBytes;
  }

  /** Fills keep, weight, randomness R and the exact probability of every record of the slice. */
  run(slice: DecidingSlice): void {
    const { batch, from, to, monoMs, probability, counts } = slice;
    const { recordStart, recordEnd, traceStart, severity } = batch;
    for (let i = from; i < to; i++) {
      if (this.#drawOne(slice, i) === 0) continue;
      counts.decidedBytes += recordEnd[i] - recordStart[i] + this.#stampBytes;
      // A trace is promoted only by an ERROR with p = 1: the promotion of later lines then depends on no draw.
      if (severity[i] >= SEVERITY_ERROR && probability[i] >= 1 && traceStart[i] !== 0) {
        this.#promotion.promote(batch.bytes, traceStart[i], monoMs);
      }
    }
  }

  /** @returns 1 when the record is kept */
  #drawOne({ batch, from, decisions, probability, traceHash }: DecidingSlice, i: number): number {
    const { keep, weight, randomness } = decisions;
    const wanted = probability[i];
    if (wanted >= 1 || wanted === 0) {
      keep[i] = wanted;
      weight[i] = wanted;
      return wanted;
    }
    const row = batch.pattern[i];
    const threshold = thresholdOf(wanted);
    const p = probabilityOf(threshold);
    const trace = batch.traceStart[i];
    const random =
      trace !== 0
        ? this.#randomness.ofTrace(batch.bytes, trace, traceHash[i - from], row, this.#state.drawCount)
        : this.#randomness.systematic(row, this.#state.drawCount);
    const kept = passes(random, threshold) ? 1 : 0;
    randomness[i] = random;
    probability[i] = p;
    keep[i] = kept;
    weight[i] = kept === 1 ? 1 / p : 0;
    return kept;
  }
}
