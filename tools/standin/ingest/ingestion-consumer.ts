/**
 * What happens behind the 200: team lookup, quota, rate limit, billing, in that order. Everything it drops is invisible
 * to the sender; a message (one request) is dropped whole. State: one token bucket a team.
 */
import type { LiveSwitches } from "../settings.ts";

export const CONSUMER_DROP_REASONS = ["team_not_found", "quota_limited", "rate_limited"] as const;
export type ConsumerDropReason = (typeof CONSUMER_DROP_REASONS)[number];

export type Intake =
  | { readonly kept: true; readonly teamId: number }
  | { readonly kept: false; readonly reason: ConsumerDropReason };

interface Bucket {
  tokensKb: number;
  refilledAtMs: number;
}

export class IngestionConsumer {
  readonly #bucketKb: number;
  readonly #kbPerSecond: number;
  readonly #buckets: Map<number, Bucket> = new Map();
  /** Decompressed bytes of the messages let through: what the destination's invoice counts. */
  billedBytes = 0;

  constructor(limits: { readonly rateLimitBucketKb: number; readonly rateLimitKbPerSecond: number }) {
    this.#bucketKb = limits.rateLimitBucketKb;
    this.#kbPerSecond = limits.rateLimitKbPerSecond;
  }

  /**
   * @param token as the edge forwarded it, untrimmed
   * @param bytes decompressed size of the request
   * @param nowMs a clock that does not jump
   */
  take(token: string, bytes: number, switches: LiveSwitches, nowMs: number): Intake {
    const index = switches.projectTokens.indexOf(token);
    if (index < 0) return { kept: false, reason: "team_not_found" };
    if (switches.overQuotaTokens.includes(token)) return { kept: false, reason: "quota_limited" };
    const teamId = index + 1;
    if (switches.rateLimit && !this.#spend(teamId, Math.ceil(bytes / 1000), nowMs)) {
      return { kept: false, reason: "rate_limited" };
    }
    this.billedBytes += bytes;
    return { kept: true, teamId };
  }

  reset(): void {
    this.#buckets.clear();
    this.billedBytes = 0;
  }

  #spend(teamId: number, costKb: number, nowMs: number): boolean {
    const bucket = this.#buckets.get(teamId) ?? { tokensKb: this.#bucketKb, refilledAtMs: nowMs };
    this.#buckets.set(teamId, bucket);
    const refill = ((nowMs - bucket.refilledAtMs) / 1000) * this.#kbPerSecond;
    bucket.tokensKb = Math.min(this.#bucketKb, bucket.tokensKb + refill);
    bucket.refilledAtMs = nowMs;
    if (costKb > bucket.tokensKb) return false;
    bucket.tokensKb -= costKb;
    return true;
  }
}
