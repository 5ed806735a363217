/** The byte buckets that records are paid from, and what flows into them: shares of what was granted. */
import type { PlanResult } from "../plan/planner.ts";
import type { BudgetSettings } from "../settings.ts";
import { ERROR_QUOTA_SHARE } from "../shares/service-shares.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * What lanes start with, so that the first lines and ERRORs of a young process, which has no rate to take shares of, are not
 * lost; repaid later. Together 276 KiB: all that a process may ever be beyond its grants for want of a past, beside the first second of an absolute ceiling.
 */
const ERROR_START_BYTES = 64 * 1024;
const NOVELTY_START_BYTES = 160 * 1024;
const DRAW_START_BYTES = 16 * 1024;
/** Of an absolute ceiling, for the second before there is a plan: it knows what may be kept, not yet of how much. */
const DRAW_START_SECONDS = 4;
const SECONDS_PER_DAY = 86_400;
const FLOOR_START_BYTES = 16 * 1024;
export const ERROR_QUOTA_DEPTH_SECONDS: number = 60;
export const NOVELTY_SHARE: number = 0.25;
const NOVELTY_DEPTH_SECONDS = 60;
const TRACE_SHARE = 0.1;
const TRACE_DEPTH_SECONDS = 60;
export const FLOOR_SHARE: number = 0.25;
const FLOOR_DEPTH_SECONDS = 60;
const CONTEXT_SHARE = 0.1;
const CONTEXT_DEPTH_SECONDS = 120;
/** Of context, what a process may release beyond its reserve: two dozen lines around the first ERROR. */
const CONTEXT_START_BYTES = 4 * 1024;
const DRAW_DEPTH_SECONDS = 120;
/** The draw bucket fills a little faster than the plan spends, so that in ordinary times it limits nothing. */
const DRAW_REFILL = 1.1;
/** Stands for "no budget": large enough for every input, small enough to add and divide. */
export const UNLIMITED_BYTES: number = 1e15;

/** Bytes of context that may be released now. @param reserve what of the balance is not promised yet */
export function contextBytesAvailable({ context }: Buckets, reserve: number): number {
  return Math.min(context.level, Math.max(CONTEXT_START_BYTES, reserve));
}

export interface Buckets {
  readonly draw: TokenBucket;
  readonly error: TokenBucket;
  readonly novelty: TokenBucket;
  readonly trace: TokenBucket;
  readonly floor: TokenBucket;
  readonly context: TokenBucket;
}

/** What a tick brings. */
export interface BucketRefill {
  /** Bytes granted by the tick. */
  readonly granted: number;
  /** The usual B, bytes a second: bounds how much lanes may save up. */
  readonly rate: number;
  /** 0..1: how far debt holds all but ERROR's back. */
  readonly debtFactor: number;
  /** 0..1: what is neither protected nor first waits for the queue to drain. */
  readonly backlogFactor: number;
  /** Smoothed demand lags behind a storm by this factor. */
  readonly demandLag: number;
  readonly seconds: number;
}

export function createBuckets({ bytesPerSecond, bytesPerDay, fleetShare = 1 }: BudgetSettings): Buckets {
  const ceilings = [bytesPerSecond, bytesPerDay === undefined ? undefined : bytesPerDay / SECONDS_PER_DAY];
  const second = fleetShare * Math.min(...ceilings.filter((rate) => rate !== undefined));
  return {
    draw: new TokenBucket(Math.max(DRAW_START_BYTES, DRAW_START_SECONDS * (Number.isFinite(second) ? second : 0))),
    error: new TokenBucket(ERROR_START_BYTES),
    novelty: new TokenBucket(NOVELTY_START_BYTES),
    trace: new TokenBucket(DRAW_START_BYTES),
    floor: new TokenBucket(FLOOR_START_BYTES),
    context: new TokenBucket(CONTEXT_START_BYTES),
  };
}

/**
 * Lanes get their shares of what was really granted, not of a rate: in a pause of the input nothing comes in.
 * @param plan the one that the tick just made
 */
export function refillBuckets(
  buckets: Buckets,
  income: BucketRefill,
  { drawBytesPerSecond, spareErrorBytesPerSecond }: PlanResult,
): void {
  const { granted, rate, backlogFactor, seconds } = income;
  const fill = (bucket: TokenBucket, share: number, depthSeconds: number): void =>
    bucket.refill(share * granted, share * rate, seconds, depthSeconds);
  buckets.draw.resize(DRAW_REFILL * income.demandLag * drawBytesPerSecond, seconds, DRAW_DEPTH_SECONDS);
  if (drawBytesPerSecond > 0) buckets.draw.prime();
  const errors = ERROR_QUOTA_SHARE * granted + Math.min(spareErrorBytesPerSecond * seconds, granted);
  buckets.error.refill(errors, ERROR_QUOTA_SHARE * rate + spareErrorBytesPerSecond, seconds, ERROR_QUOTA_DEPTH_SECONDS);
  fill(buckets.novelty, income.debtFactor * NOVELTY_SHARE, NOVELTY_DEPTH_SECONDS);
  fill(buckets.floor, income.debtFactor * FLOOR_SHARE, FLOOR_DEPTH_SECONDS);
  fill(buckets.trace, income.debtFactor * backlogFactor * TRACE_SHARE, TRACE_DEPTH_SECONDS);
  fill(buckets.context, income.debtFactor * backlogFactor * CONTEXT_SHARE, CONTEXT_DEPTH_SECONDS);
}
