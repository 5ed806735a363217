import type { LogBatch } from "../../../model/log-batch.ts";
import { MIN_PROBABILITY } from "../plan/row-plan.ts";
import type { BatchOutcome } from "./batch-outcome.ts";
import { ERROR, SAMPLED } from "./reason-codes.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import type { TickBooks } from "./spend-counters.ts";

/** ERRORs that are drawn go on at this share of the lane whatever the others take: they need an estimate too. */
const LEAST_LANE_SHARE = 0.05;

/** Between wanting and drawing: expected bytes of a slice are made to fit what may be spent. No cap comes after the draw. */
export class BudgetFit {
  readonly #parts: SamplerParts;
  readonly #books: TickBooks;

  constructor(parts: SamplerParts, books: TickBooks) {
    this.#parts = parts;
    this.#books = books;
  }

  /** Scales drawn probabilities (and the ERROR lane's, when it overflows) so that Σ p·bytes fits. */
  fit(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, errorsWhole: boolean): void {
    const { allowance, drawBucket, errorBucket } = this.#parts;
    const { stampBytes } = this.#parts.settings;
    const { recordStart, recordEnd, probability, reason } = batch;
    let drawn = 0;
    let laneWhole = 0;
    let laneDrawn = 0;
    for (let i = from; i < to; i++) {
      const p = probability[i];
      const bytes = recordEnd[i] - recordStart[i] + stampBytes;
      if (reason[i] === SAMPLED) {
        drawn += p * bytes;
        outcome.drawSubject += bytes;
      } else if (reason[i] !== ERROR) continue;
      else if (p < 1) laneDrawn += p * bytes;
      else if (!errorsWhole) laneWhole += bytes;
    }
    this.#books.errorsThinned ||= laneDrawn > 0;
    if (allowance.isUnlimited()) {
      outcome.drawCharge = drawn;
      outcome.drawWish = drawn;
      return;
    }
    const granted = Math.min(outcome.grant, Math.max(0, this.#books.reserveLeft - outcome.reserveCharge));
    const bucket = drawBucket.affordable(drawn, 0);
    const room = this.#books.planned ? bucket : Math.max(bucket, granted - outcome.floorBytes);
    const drawScale = drawn > room ? Math.max(0, room) / drawn : 1;
    const laneRoom = errorBucket.affordable(laneWhole + laneDrawn, outcome.errorCharge);
    // ERRORs that the plan keeps whole come before those of who floods the lane.
    const wholeScale = laneWhole > laneRoom ? laneRoom / laneWhole : 1;
    const left = Math.max(LEAST_LANE_SHARE * laneRoom, laneRoom - laneWhole * wholeScale);
    const laneScale = laneDrawn > left ? left / laneDrawn : 1;
    this.#books.errorsThinned ||= wholeScale < 1;
    if (drawScale < 1 || laneScale < 1 || wholeScale < 1) {
      scale(batch, from, to, { draw: drawScale, lane: laneScale, whole: errorsWhole ? 1 : wholeScale });
    }
    outcome.drawCharge = drawn * drawScale;
    outcome.drawWish = drawn;
    outcome.errorCharge += laneWhole * wholeScale + laneDrawn * laneScale;
  }
}

/** Factors of probabilities: of ordinary records, of ERRORs that are drawn, and of ERRORs that were to be kept whole. */
interface Scales {
  readonly draw: number;
  readonly lane: number;
  readonly whole: number;
}

function scale(batch: LogBatch, from: number, to: number, { draw, lane, whole }: Scales): void {
  const { probability, reason } = batch;
  for (let i = from; i < to; i++) {
    const p = probability[i];
    if (p === 0) continue;
    const factor = reason[i] === SAMPLED ? draw : reason[i] !== ERROR ? 1 : p < 1 ? lane : whole;
    if (factor < 1) probability[i] = Math.max(MIN_PROBABILITY, p * factor);
  }
}
