import type { SamplingSettings, ServiceSettings } from "./settings.ts";

/**
 * Services known to the sampler, at most `maxServices`; later ones share the last row, named "other". Each has a slow
 * baseline of its own, by which fair shares are weighed, so that a service that suddenly sends a hundred times as much
 * does not push the others aside.
 */
const BASELINE_HALF_LIFE_SECONDS = 3600;

export class ServiceTable {
  readonly names: string[] = [];
  readonly settings: (ServiceSettings | undefined)[] = [];
  /** Input bytes a second, slow. */
  readonly baseline: Float64Array;
  /** Input bytes since the last tick. */
  readonly tickBytes: Float64Array;
  /** Monotonic milliseconds until which nothing of the service is dropped. */
  readonly bypassUntilMs: Float64Array;
  /** Counts since start: records received and kept, and their billed bytes. */
  readonly received: Float64Array;
  readonly kept: Float64Array;
  readonly receivedBytes: Float64Array;
  readonly keptBytes: Float64Array;
  readonly #rows = new Map<string, number>();
  readonly #max: number;
  readonly #configured: ReadonlyMap<string, ServiceSettings>;

  constructor(settings: SamplingSettings) {
    this.#max = settings.maxServices;
    this.#configured = settings.services;
    const rows = this.#max + 1;
    this.baseline = new Float64Array(rows);
    this.tickBytes = new Float64Array(rows);
    this.bypassUntilMs = new Float64Array(rows).fill(-1);
    this.received = new Float64Array(rows);
    this.kept = new Float64Array(rows);
    this.receivedBytes = new Float64Array(rows);
    this.keptBytes = new Float64Array(rows);
  }

  get count(): number {
    return this.names.length;
  }

  rowOf(name: string): number {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const full = this.names.length >= this.#max;
    if (full) {
      const other = this.#rows.get("other");
      if (other !== undefined) return other;
    }
    const stored = full ? "other" : name;
    const row = this.names.length;
    this.names.push(stored);
    this.settings.push(this.#configured.get(stored));
    this.#rows.set(stored, row);
    return row;
  }

  find(name: string): number | undefined {
    return this.#rows.get(name);
  }

  tick(seconds: number): void {
    const alpha = 1 - 2 ** (-seconds / BASELINE_HALF_LIFE_SECONDS);
    for (let row = 0; row < this.count; row++) {
      const rate = seconds > 0 ? this.tickBytes[row] / seconds : 0;
      this.tickBytes[row] = 0;
      if (this.baseline[row] === 0) this.baseline[row] = rate;
      // Silence is no news of a service's size, and a burst moves the baseline by at most three times itself.
      else if (rate > 0) this.baseline[row] += alpha * (Math.min(rate, 3 * this.baseline[row]) - this.baseline[row]);
    }
  }
}
