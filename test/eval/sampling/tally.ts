/** What a sampler did to a world, counted while it runs: bytes by second, fates of patterns, counts from weights. */
import type { World } from "./world/world.ts";
import { ORDINARY_PATTERNS, SERVICES } from "./world/world.ts";

export const COUNT_WINDOW_SECONDS = 300;

export class Tally {
  readonly sampler: string;
  /** Bytes sent on in each second. */
  readonly bytes: Float64Array;
  /** Content bytes kept of each service in each second: [second * SERVICES + service]. */
  readonly serviceBytes: Float64Array;
  readonly #world: World;
  /** Lines of a pattern before its first kept one; -1 = none kept yet. */
  readonly #linesBefore: number[] = [];
  readonly #seen: number[] = [];
  readonly #firstSecond: number[] = [];
  readonly #keptSecond: number[] = [];
  /** Of ERROR: [second] arrived, kept. */
  readonly errors: Float64Array;
  readonly errorsKept: Float64Array;
  readonly #estimate = new Float64Array(ORDINARY_PATTERNS);
  readonly #truth = new Float64Array(ORDINARY_PATTERNS);
  readonly #wrong: Record<CountGroup, number> = { top: 0, next: 0 };
  readonly #lines: Record<CountGroup, number> = { top: 0, next: 0 };
  keptRecords = 0;

  constructor(sampler: string, world: World, seconds: number) {
    this.sampler = sampler;
    this.#world = world;
    this.bytes = new Float64Array(seconds + 1);
    this.serviceBytes = new Float64Array((seconds + 1) * SERVICES);
    this.errors = new Float64Array(seconds + 1);
    this.errorsKept = new Float64Array(seconds + 1);
  }

  /** @param weight undefined: not kept */
  line(second: number, pattern: number, bytes: number, weight: number | undefined): void {
    const { service, severity } = this.#world.patterns.all[pattern]!;
    if (severity >= 17) this.errors[second]!++;
    if (this.#seen[pattern] === undefined) {
      this.#seen[pattern] = 0;
      this.#linesBefore[pattern] = -1;
      this.#firstSecond[pattern] = second;
    }
    if (pattern < ORDINARY_PATTERNS) this.#truth[pattern]!++;
    if (weight !== undefined) {
      this.keptRecords++;
      this.serviceBytes[second * SERVICES + service]! += bytes;
      if (severity >= 17) this.errorsKept[second]!++;
      if (pattern < ORDINARY_PATTERNS) this.#estimate[pattern]! += weight;
      if (this.#linesBefore[pattern] === -1) {
        this.#linesBefore[pattern] = this.#seen[pattern]!;
        this.#keptSecond[pattern] = second;
      }
    }
    this.#seen[pattern]!++;
  }

  /** Ends a window of counts. @param counts whether it is one of those that are judged */
  endWindow(counts: boolean): void {
    for (let i = 0; counts && i < ORDINARY_PATTERNS; i++) {
      const group: CountGroup | undefined = i < 200 ? "top" : i < 1000 ? "next" : undefined;
      if (group === undefined) break;
      this.#wrong[group] += Math.abs(this.#estimate[i]! - this.#truth[i]!);
      this.#lines[group] += this.#truth[i]!;
    }
    this.#estimate.fill(0);
    this.#truth.fill(0);
  }

  /** Σ |estimate - truth| / Σ truth over patterns and windows: the 200 busiest patterns, or the 800 after them. */
  countError(group: CountGroup): number {
    return this.#wrong[group] / this.#lines[group];
  }

  /** Lines of the pattern that came before its first kept one; -1 when none was kept, undefined when it said nothing. */
  linesBefore(pattern: number): number | undefined {
    return this.#linesBefore[pattern];
  }

  /** Seconds from its first line to its first kept one; Infinity when none was kept. */
  secondsBefore(pattern: number): number {
    const kept = this.#keptSecond[pattern];
    return kept === undefined ? Number.POSITIVE_INFINITY : kept - (this.#firstSecond[pattern] ?? kept);
  }

  firstSecond(pattern: number): number | undefined {
    return this.#firstSecond[pattern];
  }

  sum(values: Float64Array, from: number, to: number): number {
    let total = 0;
    for (let second = from; second < to; second++) total += values[second]!;
    return total;
  }

  /** Highest mean over `width` seconds that touch [from, to). */
  worstMean(from: number, to: number, width: number): number {
    const start = Math.max(0, from - width + 1);
    const last = Math.min(this.bytes.length - 1, to + width - 1);
    let sum = 0;
    let worst = 0;
    for (let second = start; second < last; second++) {
      sum += this.bytes[second]!;
      if (second - start >= width) sum -= this.bytes[second - width]!;
      if (second - start >= width - 1) worst = Math.max(worst, sum);
    }
    return worst / width;
  }
}

export type CountGroup = "top" | "next";
