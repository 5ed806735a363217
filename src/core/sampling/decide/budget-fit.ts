/**
 * Third stage of a decision: scales the probabilities of a slice so that its expected bytes, Σ p·bytes, fit what may be
 * spent. It comes before the draw and no limit comes after it, so weights stay unbiased.
 */
import type { Allowance } from "../budget/allowance.ts";
import type { Buckets } from "../budget/buckets.ts";
import { MIN_PROBABILITY } from "../plan/row-plan.ts";
import type { Accounts } from "./accounts.ts";
import type { DecidingSlice } from "./deciding-slice.ts";
import { ERROR, SAMPLED } from "./reason-codes.ts";
import type { SpendCounters } from "./spend-counters.ts";
import { ERRORS } from "./steps/error.ts";
import { RESERVE } from "./steps/first-lines.ts";
import { DRAWS } from "./steps/sampled.ts";

/**
 * Drawn ERRORs get at least this share of the bytes for ERRORs: without drawn lines their patterns have no estimate.
 */
const MIN_ERROR_DRAW_SHARE = 0.05;

/** Expected bytes of a slice before it is fitted. */
interface ExpectedBytes {
  /** Σ p·bytes of the drawn records below ERROR, and of the drawn ERRORs. */
  draw: number;
  errorDraw: number;
  /** ERRORs that the plan keeps whole, when the ERRORs of the slice exceed their bucket; else 0. */
  errorWhole: number;
}

export class BudgetFit {
  readonly #allowance: Allowance;
  readonly #buckets: Buckets;
  readonly #counters: SpendCounters;
  readonly #stampBytes: number;
  readonly #draws: number;
  readonly #errors: number;
  readonly #reserve: number;

  constructor(
    { allowance, buckets, counters }: { allowance: Allowance; buckets: Buckets; counters: SpendCounters },
    accounts: Accounts,
    stampBytes: number,
  ) {
    this.#allowance = allowance;
    this.#buckets = buckets;
    this.#counters = counters;
    this.#stampBytes = stampBytes;
    this.#draws = accounts.numberOf(DRAWS);
    this.#errors = accounts.numberOf(ERRORS);
    this.#reserve = accounts.numberOf(RESERVE);
  }

  /** Scales drawn probabilities (and those of ERRORs when the ERROR lane overflows) so that Σ p·bytes fits. */
  fit(slice: DecidingSlice): void {
    const { counts, charged } = slice;
    const { draw, errorDraw, errorWhole } = this.#expectedBytesOf(slice);
    counts.areErrorsSampled = errorDraw > 0;
    counts.plannedDrawBytes = draw;
    if (this.#allowance.isUnlimited()) {
      charged[this.#draws] = draw;
      return;
    }
    const granted = Math.min(counts.grant, Math.max(0, this.#counters.reserveBytesLeft - charged[this.#reserve]));
    const bucketBytes = this.#buckets.draw.affordable(draw, 0);
    const drawBytes = this.#counters.hasPlan ? bucketBytes : Math.max(bucketBytes, granted - counts.floorBytes);
    const drawScale = draw > drawBytes ? Math.max(0, drawBytes) / draw : 1;
    const errorBytes = this.#buckets.error.affordable(errorWhole + errorDraw, charged[this.#errors]);
    // ERRORs that the plan keeps whole are paid before those of a service that exceeds its share.
    const wholeScale = errorWhole > errorBytes ? errorBytes / errorWhole : 1;
    const errorBytesLeft = Math.max(MIN_ERROR_DRAW_SHARE * errorBytes, errorBytes - errorWhole * wholeScale);
    const errorScale = errorDraw > errorBytesLeft ? errorBytesLeft / errorDraw : 1;
    counts.areErrorsSampled ||= wholeScale < 1;
    if (drawScale < 1 || errorScale < 1 || wholeScale < 1) {
      scale(slice, { draw: drawScale, error: errorScale, whole: slice.errorsWhole ? 1 : wholeScale });
    }
    charged[this.#draws] = draw * drawScale;
    charged[this.#errors] += errorWhole * wholeScale + errorDraw * errorScale;
  }

  #expectedBytesOf({ batch, from, to, probability, reason, errorsWhole, counts }: DecidingSlice): ExpectedBytes {
    const { recordStart, recordEnd } = batch;
    let draw = 0;
    let errorDraw = 0;
    let errorWhole = 0;
    for (let i = from; i < to; i++) {
      const p = probability[i];
      const bytes = recordEnd[i] - recordStart[i] + this.#stampBytes;
      if (reason[i] === SAMPLED) {
        draw += p * bytes;
        counts.eligibleBytes += bytes;
      } else if (reason[i] !== ERROR) continue;
      else if (p < 1) errorDraw += p * bytes;
      else if (!errorsWhole) errorWhole += bytes;
    }
    return { draw, errorDraw, errorWhole };
  }
}

/** Factors of probabilities: of drawn records below ERROR, of drawn ERRORs, and of ERRORs that the plan keeps whole. */
interface Scales {
  readonly draw: number;
  readonly error: number;
  readonly whole: number;
}

function scale({ from, to, probability, reason }: DecidingSlice, { draw, error, whole }: Scales): void {
  for (let i = from; i < to; i++) {
    const p = probability[i];
    if (p === 0) continue;
    const factor = reason[i] === SAMPLED ? draw : reason[i] !== ERROR ? 1 : p < 1 ? error : whole;
    if (factor < 1) probability[i] = Math.max(MIN_PROBABILITY, p * factor);
  }
}
