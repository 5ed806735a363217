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

/** ERRORs that are drawn go on at this share of what ERRORs may take, whatever the others take: they need an estimate too. */
const LEAST_ERROR_SHARE = 0.05;

/** What a slice asks for before it is fitted, bytes. */
interface Demand {
  /** Σ p·bytes of ordinary records that are drawn, and of ERRORs that are. */
  drawn: number;
  drawnErrors: number;
  /** ERRORs that the plan keeps whole and that do not fit whole. */
  wholeErrors: number;
}

/** Between wanting and drawing: expected bytes of a slice are made to fit what may be spent. No cap comes after the draw. */
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

  /** Scales drawn probabilities (and those of ERRORs when these overflow) so that Σ p·bytes fits. */
  fit(slice: DecidingSlice): void {
    const { counts, charged } = slice;
    const { drawn, drawnErrors, wholeErrors } = this.#demandOf(slice);
    counts.areErrorsSampled = drawnErrors > 0;
    counts.plannedDrawBytes = drawn;
    if (this.#allowance.isUnlimited()) {
      charged[this.#draws] = drawn;
      return;
    }
    const granted = Math.min(counts.grant, Math.max(0, this.#counters.reserveBytesLeft - charged[this.#reserve]));
    const bucket = this.#buckets.draw.affordable(drawn, 0);
    const room = this.#counters.hasPlan ? bucket : Math.max(bucket, granted - counts.floorBytes);
    const draw = drawn > room ? Math.max(0, room) / drawn : 1;
    const errorRoom = this.#buckets.error.affordable(wholeErrors + drawnErrors, charged[this.#errors]);
    // ERRORs that the plan keeps whole come before those of a service that exceeds its share.
    const whole = wholeErrors > errorRoom ? errorRoom / wholeErrors : 1;
    const left = Math.max(LEAST_ERROR_SHARE * errorRoom, errorRoom - wholeErrors * whole);
    const error = drawnErrors > left ? left / drawnErrors : 1;
    counts.areErrorsSampled ||= whole < 1;
    if (draw < 1 || error < 1 || whole < 1) scale(slice, { draw, error, whole: slice.errorsWhole ? 1 : whole });
    charged[this.#draws] = drawn * draw;
    charged[this.#errors] += wholeErrors * whole + drawnErrors * error;
  }

  #demandOf({ batch, from, to, probability, reason, errorsWhole, counts }: DecidingSlice): Demand {
    const { recordStart, recordEnd } = batch;
    let drawn = 0;
    let drawnErrors = 0;
    let wholeErrors = 0;
    for (let i = from; i < to; i++) {
      const p = probability[i];
      const bytes = recordEnd[i] - recordStart[i] + this.#stampBytes;
      if (reason[i] === SAMPLED) {
        drawn += p * bytes;
        counts.eligibleBytes += bytes;
      } else if (reason[i] !== ERROR) continue;
      else if (p < 1) drawnErrors += p * bytes;
      else if (!errorsWhole) wholeErrors += bytes;
    }
    return { drawn, drawnErrors, wholeErrors };
  }
}

/** Factors of probabilities: of ordinary records, of ERRORs that are drawn, and of ERRORs that were to be kept whole. */
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
