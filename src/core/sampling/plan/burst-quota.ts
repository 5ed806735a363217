/**
 * The burst quota: anomalous patterns (`core/anomaly` says which) are drawn out of a share of the draw of their own, beside
 * what the ordinary plan gives them. While they fit they are kept whole; when they do not, as many lines of each are kept,
 * so that a flood of one leaves the others whole. A false alarm costs this share at most, and detection never lowers a
 * probability below the ordinary plan's.
 */
import type { ServiceShares } from "../shares/service-shares.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import { BreakpointHistogram } from "./breakpoint-histogram.ts";
import type { BreakpointScale } from "./breakpoint-scale.ts";
import { quantize } from "./breakpoint-scale.ts";

/** Share of the draw that anomalous patterns may take. */
const BURST_SHARE = 0.5;

export class BurstQuota {
  readonly #services: ServiceTable;
  readonly #scale: BreakpointScale;
  readonly #groups: BreakpointHistogram[] = [];
  readonly #level: Float64Array;
  readonly #budget: Float64Array;
  readonly #demand: Float64Array;

  constructor(services: ServiceTable, scale: BreakpointScale) {
    this.#services = services;
    this.#scale = scale;
    this.#level = new Float64Array(services.capacity);
    this.#budget = new Float64Array(services.capacity);
    this.#demand = new Float64Array(services.capacity);
  }

  begin(): void {
    while (this.#groups.length < this.#services.count) this.#groups.push(new BreakpointHistogram(this.#scale));
  }

  /**
   * Adds an anomalous pattern; both numbers negative: takes it out again.
   * @param cost bytes a second that may be kept of it @param gradient see burstGradientOf
   */
  add(service: number, cost: number, gradient: number): void {
    this.#groups[service].add(cost, gradient);
  }

  /**
   * @param draw bytes a second that are left for draws @param shares of services and senders, solved in this tick
   * @returns bytes a second of the draw that the quota takes
   */
  allocate(draw: number, shares: Pick<ServiceShares, "shareOther">): number {
    const { count } = this.#services;
    let wanted = 0;
    for (let s = 0; s < count; s++) {
      this.#demand[s] = this.#groups[s].fullCost;
      wanted += this.#demand[s];
    }
    if (wanted <= 0) return 0;
    const total = Math.min(wanted, BURST_SHARE * draw);
    shares.shareOther(total, this.#demand, this.#budget);
    for (let s = 0; s < count; s++) this.#level[s] = this.#groups[s].solve(this.#budget[s]);
    return total;
  }

  /** τ of a service in the quota. */
  waterLevelOf(service: number): number {
    return this.#level[service];
  }
}

/**
 * Bytes a second at τ = 1 of an anomalous pattern. Without its rate, unlike in the ordinary plan: each gets as many lines.
 * @param bytes of a line @param value of a line by severity and text
 */
export function burstGradientOf(bytes: number, value: number): number {
  return quantize(value * Math.sqrt(bytes));
}
