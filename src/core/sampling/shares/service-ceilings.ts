/**
 * Ceilings that single services have inside the whole budget. The plan of a service aims at its ceiling; what was really
 * kept of it (first lines, floors, context of its errors) is held against it, and moves the aim over minutes: slowly, because
 * kept lines of a trace must not lower the probability of its own later lines.
 */
import { MIN_DRAW_SHARE } from "./service-shares.ts";
import type { ServiceTable } from "./service-table.ts";

/** Bytes saved or owed move the aim by as much over this many seconds. */
const SETTLE_SECONDS = 120;
/** Saved at most, and owed at most, in seconds of the ceiling: bypasses and pins are no debt for ever. */
const MAX_RESERVE_SECONDS = 24;
const MAX_DEBT_SECONDS = 600;
/** Of a service as of the whole: ordinary input may double before it is a storm. */
export const STORM_FACTOR = 2;

export class ServiceCeilings {
  readonly #services: ServiceTable;
  readonly #stampBytes: number;
  readonly #balance: Float64Array;
  readonly #ceiling: Float64Array;
  readonly #keptBefore: Float64Array;

  constructor(services: ServiceTable, stampBytes: number) {
    this.#services = services;
    this.#stampBytes = stampBytes;
    this.#balance = new Float64Array(services.capacity);
    this.#ceiling = new Float64Array(services.capacity);
    this.#keptBefore = new Float64Array(services.capacity);
  }

  /** Holds what was kept since the last tick against the ceilings that were in force. */
  settle(seconds: number): void {
    const { count, settings, keptBytes, kept } = this.#services;
    for (let row = 0; row < count; row++) {
      if (settings[row] === undefined) continue;
      const total = keptBytes[row] + this.#stampBytes * kept[row];
      const ceiling = this.#ceiling[row];
      const change = ceiling * seconds - (total - this.#keptBefore[row]);
      this.#keptBefore[row] = total;
      const balance = this.#balance[row] + change;
      this.#balance[row] = Math.max(-MAX_DEBT_SECONDS * ceiling, Math.min(MAX_RESERVE_SECONDS * ceiling, balance));
    }
  }

  /**
   * What the service may cost in the next second, bytes; Infinity when nobody limits it.
   * @param demand bytes a second of its records that are arriving
   * @param inputScale input bytes a byte of record cost
   */
  targetBytesPerSecond(row: number, demand: number, inputScale: number): number {
    const settings = this.#services.settings[row];
    if (settings === undefined) return Number.POSITIVE_INFINITY;
    const { bytesPerSecond = Number.POSITIVE_INFINITY, keepRatio } = settings;
    const ordinary = Math.min(demand, STORM_FACTOR * this.#services.baseline[row]);
    const relative = keepRatio === undefined ? Number.POSITIVE_INFINITY : keepRatio * inputScale * ordinary;
    const ceiling = Math.min(bytesPerSecond, relative);
    if (!Number.isFinite(ceiling)) return ceiling;
    this.#ceiling[row] = ceiling;
    return Math.max(MIN_DRAW_SHARE * ceiling, ceiling + this.#balance[row] / SETTLE_SECONDS);
  }
}
