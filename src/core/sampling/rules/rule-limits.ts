import type { SamplingRule } from "../../../model/policy.ts";

/**
 * What the caps and floors of rules have left, by index of the rule. A rule speaks of all records it matches together: a
 * cap is a byte bucket charged with p·bytes, so that it holds for bursts and every weight stays honest; a floor that has to
 * look into records counts lines over a minute. Both are functions of arrivals and time, never of draws.
 */
const CAP_DEPTH_SECONDS = 10;
const MINUTE_MS = 60_000;

export class RuleLimits {
  readonly #rules: readonly SamplingRule[];
  /** Bytes left of a cap, and when that was. */
  readonly #level: Float64Array;
  readonly #levelMs: Float64Array;
  /** When a floor keeps its next line. */
  readonly #dueMs: Float64Array;
  /** Bytes a second that arrived under a cap, summed up in this tick, and of the last one. */
  readonly #demand: Float64Array;
  readonly #demandBefore: Float64Array;

  /** @param before limits of the rules so far: what they have left goes over to rules that stay as they are */
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

  /** The highest probability that a record may have under the cap now: 1 while its bucket is at least half full. */
  capProbability(index: number, monoMs: number): number {
    const rule = this.#rules[index];
    const capacity = capacityOf(rule);
    if (capacity === 0) return 1;
    const seconds = Math.max(0, monoMs - this.#levelMs[index]) / 1000;
    this.#level[index] = Math.min(capacity, this.#level[index] + (rule.value ?? 0) * seconds);
    this.#levelMs[index] = Math.max(this.#levelMs[index], monoMs);
    return Math.min(1, (2 * this.#level[index]) / capacity);
  }

  /** @param bytes expected: p·bytes */
  charge(index: number, bytes: number): void {
    this.#level[index] = Math.max(0, this.#level[index] - bytes);
  }

  /** Takes back what an undone slice was charged. */
  credit(index: number, bytes: number): void {
    this.#level[index] = Math.min(capacityOf(this.#rules[index]), this.#level[index] + bytes);
  }

  /** Floor lines of an undone slice are due again. */
  creditFloors(index: number, lines: number): void {
    this.#dueMs[index] -= (lines * MINUTE_MS) / (this.#rules[index].value ?? 1);
  }

  /** Whether a floor keeps this line; it is then due again later. Unused lines of the last minute are made up for. */
  takeFloor(index: number, monoMs: number): boolean {
    if (!this.isFloorDue(index, monoMs)) return false;
    const interval = MINUTE_MS / (this.#rules[index].value ?? 1);
    this.#dueMs[index] = Math.max(this.#dueMs[index], monoMs - Math.max(0, MINUTE_MS - interval)) + interval;
    return true;
  }

  /** Whether the next line under a floor would be kept by it. */
  isFloorDue(index: number, monoMs: number): boolean {
    return (this.#rules[index].value ?? 0) > 0 && monoMs >= this.#dueMs[index];
  }

  /** Starts a tick of the plan. */
  beginTick(): void {
    this.#demandBefore.set(this.#demand);
    this.#demand.fill(0);
  }

  /**
   * Share of a pattern's bytes that the cap lets the plan count on; the patterns under one cap share it alike.
   * @param bytesPerSecond of the pattern that are arriving
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
