import type { SamplingSettings, ServiceSettings } from "./settings.ts";

/**
 * Services known to the sampler, at most `maxServices`; later ones share the last row, named "other". A service that the
 * configuration names always finds a row of its own. Each has a slow baseline, by which fair shares are weighed, so that a
 * service that suddenly sends a hundred times as much does not push the others aside.
 */
const BASELINE_HALF_LIFE_SECONDS = 3600;
/** Senders batch: a rate is what came over tens of seconds, not what one second brought. */
const RATE_HALF_LIFE_SECONDS = 20;
/** A service that sent nothing for this long is silent, and silence is no news of its size. */
const ACTIVE_SECONDS = 60;
/** While a service is younger than this (active seconds), its baseline is the mean since its first line. */
const YOUNG_SECONDS = 600;
/** A burst moves the baseline by at most this multiple of itself. */
const WINSOR = 3;
const OTHER = "other";

export class ServiceTable {
  readonly names: string[] = [];
  readonly settings: (ServiceSettings | undefined)[] = [];
  /** Input bytes a second, slow, and of the last half minute. */
  readonly baseline: Float64Array;
  readonly rate: Float64Array;
  /** Input bytes since the last tick. */
  readonly tickBytes: Float64Array;
  /** Monotonic milliseconds until which nothing of the service is dropped. */
  readonly bypassUntilMs: Float64Array;
  /** Counts since start: records received and kept, and the content bytes of those kept. */
  readonly received: Float64Array;
  readonly kept: Float64Array;
  readonly keptBytes: Float64Array;
  /** Rows there can be: services, and "other". */
  readonly capacity: number;
  readonly #activeSeconds: Float64Array;
  readonly #silentSeconds: Float64Array;
  readonly #rows = new Map<string, number>();
  readonly #configured: ReadonlyMap<string, ServiceSettings>;
  /** Configured services that have not come yet: their rows are kept free. */
  #expected: number;

  constructor(settings: Pick<SamplingSettings, "maxServices" | "services">) {
    this.#configured = settings.services;
    this.#expected = settings.services.size;
    this.capacity = Math.max(settings.maxServices, settings.services.size) + 1;
    this.baseline = new Float64Array(this.capacity);
    this.rate = new Float64Array(this.capacity);
    this.tickBytes = new Float64Array(this.capacity);
    this.bypassUntilMs = new Float64Array(this.capacity).fill(-1);
    this.received = new Float64Array(this.capacity);
    this.kept = new Float64Array(this.capacity);
    this.keptBytes = new Float64Array(this.capacity);
    this.#activeSeconds = new Float64Array(this.capacity);
    this.#silentSeconds = new Float64Array(this.capacity);
  }

  get count(): number {
    return this.names.length;
  }

  /** The service's row, made when it is new. */
  rowOf(name: string): number {
    const known = this.rowFor(name);
    if (known !== undefined) return known;
    if (this.#configured.has(name)) this.#expected--;
    return this.#add(this.#isFull(name) ? OTHER : name);
  }

  #add(name: string): number {
    const row = this.names.length;
    this.names.push(name);
    this.settings.push(this.#configured.get(name));
    this.#rows.set(name, row);
    return row;
  }

  /** One row is kept for "other", and one for every configured service that has not come. */
  #isFull(name: string): boolean {
    if (name === OTHER || this.#configured.has(name)) return false;
    const own = this.#rows.has(OTHER) ? this.names.length - 1 : this.names.length;
    return own + this.#expected >= this.capacity - 1;
  }

  /** Row of a service that has one of its own. */
  find(name: string): number | undefined {
    return this.#rows.get(name);
  }

  /** Row that a service's records are counted in: its own, or that of "other" when there is no room for it. */
  rowFor(name: string): number | undefined {
    return this.#rows.get(name) ?? (this.#isFull(name) ? this.#rows.get(OTHER) : undefined);
  }

  /** True when the service sent something in the second before the last tick. */
  spoke(row: number): boolean {
    return this.#silentSeconds[row] === 0;
  }

  tick(seconds: number): void {
    if (seconds <= 0) return;
    const fast = 1 - 2 ** (-seconds / RATE_HALF_LIFE_SECONDS);
    const slow = 1 - 2 ** (-seconds / BASELINE_HALF_LIFE_SECONDS);
    for (let row = 0; row < this.count; row++) {
      const bytes = this.tickBytes[row];
      this.tickBytes[row] = 0;
      this.#silentSeconds[row] = bytes > 0 ? 0 : this.#silentSeconds[row] + seconds;
      if (this.#silentSeconds[row] > ACTIVE_SECONDS) continue;
      this.#activeSeconds[row] += seconds;
      const young = seconds / this.#activeSeconds[row];
      this.rate[row] += Math.max(fast, young) * (bytes / seconds - this.rate[row]);
      const isYoung = this.#activeSeconds[row] < YOUNG_SECONDS;
      const sample = isYoung ? bytes / seconds : Math.min(this.rate[row], WINSOR * this.baseline[row]);
      this.baseline[row] += (isYoung ? young : slow) * (sample - this.baseline[row]);
    }
  }
}
