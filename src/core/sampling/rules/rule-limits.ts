/**
 * The limits of caps and floors of rules, by index of the rule. A rule limits all records that it matches together: a
 * cap is a byte bucket charged with p·bytes, so that it holds through bursts and weights stay unbiased; a floor that
 * tests records counts lines over a minute. Both depend on arrivals and time, never on draws. Bound: 40 bytes a rule.
 */
import type { SamplingRule } from "../../../model/policy.ts";

const CAP_DEPTH_SECONDS = 10;
const MINUTE_MS = 60_000;

export class RuleLimits {
  readonly #rules: readonly SamplingRule[];
  /** Bytes left in the bucket of a cap, and the monotonic milliseconds of that level. */
  readonly #level: Float64Array;
  readonly #levelMs: Float64Array;
  /** Monotonic milliseconds from which on a floor keeps its next line. */
  readonly #dueMs: Float64Array;
  /** Bytes a second that arrive under a cap: summed in this tick, and the sum of the last tick. */
  readonly #demand: Float64Array;
  readonly #demandBefore: Float64Array;

  /** @param before limits of the rules before: unchanged rules take over what is left of theirs */
  constructor(rules: readonly SamplingRule[], before: RuleLimits | undefined) {
    this.#rules = rules;
    this.#level = Float64Array.from(rules, (rule) => capacityOf(rule));
    this.#levelMs = new Float64Array(rules.length).fill(Number.NEGATIVE_INFINITY);
    this.#dueMs = new Float64Array(rules.length).fill(Number.NEGATIVE_INFINITY);
    this.#demand = new Float64Array(rules.length);
    this.#demandBefore = new Float64Array(rules.length);
    if (before !== undefined) this.#inherit(before);
  }

  #inherit(before: RuleLimits): void {
    const places = new Map(before.#rules.map((rule, index) => [rule.id, index]));
    for (const [index, rule] of this.#rules.entries()) {
      const old = places.get(rule.id);
      if (old === undefined || before.#rules[old].kind !== rule.kind || before.#rules[old].value !== rule.value)
        continue;
      this.#level[index] = before.#level[old];
      this.#levelMs[index] = before.#levelMs[old];
      this.#dueMs[index] = before.#dueMs[old];
      this.#demandBefore[index] = before.#demandBefore[old];
    }
  }

  /** Highest probability of a record under the cap now: 1 while its bucket is at least half full. */
  capProbability(index: number, monoMs: number): number {
    const rule = this.#rules[index];
    const capacity = capacityOf(rule);
    if (capacity === 0) return 1;
    const seconds = Math.max(0, monoMs - this.#levelMs[index]) / 1000;
    this.#level[index] = Math.min(capacity, this.#level[index] + (rule.value ?? 0) * seconds);
    this.#levelMs[index] = Math.max(this.#levelMs[index], monoMs);
    return Math.min(1, (2 * this.#level[index]) / capacity);
  }

  /** @param bytes expected bytes: p·bytes */
  charge(index: number, bytes: number): void {
    this.#level[index] = Math.max(0, this.#level[index] - bytes);
  }

  /** Credits what an undone slice was charged. */
  credit(index: number, bytes: number): void {
    this.#level[index] = Math.min(capacityOf(this.#rules[index]), this.#level[index] + bytes);
  }

  /** Makes the floor lines of an undone slice due again. */
  creditFloors(index: number, lines: number): void {
    this.#dueMs[index] -= (lines * MINUTE_MS) / (this.#rules[index].value ?? 1);
  }

  /**
   * Whether a floor keeps this line, which makes it due again later. Lines not used in the last minute are caught up.
   */
  takeFloor(index: number, monoMs: number): boolean {
    if (!this.isFloorDue(index, monoMs)) return false;
    const interval = MINUTE_MS / (this.#rules[index].value ?? 1);
    this.#dueMs[index] = Math.max(this.#dueMs[index], monoMs - Math.max(0, MINUTE_MS - interval)) + interval;
    return true;
  }

  /** Whether the floor would keep its next line. */
  isFloorDue(index: number, monoMs: number): boolean {
    return (this.#rules[index].value ?? 0) > 0 && monoMs >= this.#dueMs[index];
  }

  /** Starts a tick of the plan. */
  beginTick(): void {
    this.#demandBefore.set(this.#demand);
    this.#demand.fill(0);
  }

  /**
   * Share of a pattern's bytes that the plan may count on under the cap; all patterns under one cap get the same share.
   * @param bytesPerSecond that arrive of the pattern
   */
  planShare(index: number, bytesPerSecond: number): number {
    this.#demand[index] += bytesPerSecond;
    const all = Math.max(this.#demandBefore[index], bytesPerSecond);
    return Math.min(1, (this.#rules[index].value ?? 0) / Math.max(1, all));
  }
}

function capacityOf(rule: SamplingRule): number {
  return rule.kind === "cap" ? (rule.value ?? 0) * CAP_DEPTH_SECONDS : 0;
}
