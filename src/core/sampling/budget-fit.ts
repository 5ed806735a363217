import type { LogBatch } from "../../model/log-batch.ts";
import type { BatchOutcome } from "./batch-outcome.ts";
import { MIN_PROBABILITY } from "./planner.ts";
import { ERROR, SAMPLED } from "./reason-codes.ts";
import { STAMP_BYTES } from "./record-cost.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import type { TickBooks } from "./tick-books.ts";

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
    const { recordStart, recordEnd, probability, reason } = batch;
    let drawn = 0;
    let laneDrawn = 0;
    for (let i = from; i < to; i++) {
      const p = probability[i];
      const bytes = recordEnd[i] - recordStart[i] + STAMP_BYTES;
      if (reason[i] === SAMPLED) {
        drawn += p * bytes;
        outcome.drawSubject += bytes;
      } else if (reason[i] === ERROR && !(p >= 1 && errorsWhole)) {
        laneDrawn += p * bytes;
        this.#books.errorsThinned ||= p < 1;
      }
    }
    if (allowance.isUnlimited()) {
      outcome.drawCharge = drawn;
      outcome.drawWish = drawn;
      return;
    }
    const granted = Math.min(outcome.grant, Math.max(0, this.#books.reserveLeft - outcome.reserveCharge));
    const bucket = drawBucket.affordable(drawn, 0);
    const room = this.#books.planned ? bucket : Math.max(bucket, granted - outcome.floorBytes);
    const drawScale = drawn > room ? Math.max(0, room) / drawn : 1;
    const laneRoom = laneDrawn > 0 ? errorBucket.affordable(laneDrawn, outcome.errorCharge) : 0;
    const laneScale = laneDrawn > laneRoom ? laneRoom / laneDrawn : 1;
    this.#books.errorsThinned ||= laneScale < 1;
    if (drawScale < 1 || laneScale < 1) scale(batch, from, to, drawScale, laneScale, errorsWhole);
    outcome.drawCharge = drawn * drawScale;
    outcome.drawWish = drawn;
    outcome.errorCharge += laneDrawn * laneScale;
  }
}

/** @param errorsWhole ERRORs of probability 1 are kept whole and charged as such; else they are drawn like the others */
function scale(
  batch: LogBatch,
  from: number,
  to: number,
  drawScale: number,
  laneScale: number,
  errorsWhole: boolean,
): void {
  const { probability, reason } = batch;
  for (let i = from; i < to; i++) {
    const p = probability[i];
    if (p === 0) continue;
    const isLane = reason[i] === ERROR && !(p >= 1 && errorsWhole);
    const factor = reason[i] === SAMPLED ? drawScale : isLane ? laneScale : 1;
    if (factor < 1) probability[i] = Math.max(MIN_PROBABILITY, p * factor);
  }
}
