import type { PatternState } from "../../patterns/pattern-state.ts";
import { TOTAL_RECORDS, TOTALS_STRIDE } from "../../patterns/pattern-state.ts";
import type { ServiceShares } from "../shares/service-shares.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import { BreakpointHistogram } from "./breakpoint-histogram.ts";
import type { BreakpointScale } from "./breakpoint-scale.ts";
import { exactly } from "./breakpoint-scale.ts";

/**
 * The lane of news: patterns that say far more than is usual of them (bursts, patterns that were not there before, rare
 * ones that speak at all) are drawn out of a share of the draw of their own, beside what the ordinary plan gives them.
 * While they fit they are kept whole; when they do not, as many lines of each, so that a flood of one leaves the others
 * whole. A false alarm costs this share at most, and detection never lowers a probability below the ordinary plan's.
 */
/** Of what is left for the draw. */
const NEWS_SHARE = 0.5;
/** News is what comes at this multiple of its usual rate; the usual is taken to be at least a line in five minutes. */
const NEWS_RATIO = 2;
const LEAST_USUAL = 1 / 300;
/** Where a whole service, or the peer that sends it, is louder than usual, news is what exceeds that by this factor. */
const NEWS_OVER_SERVICE = 1.5;
/** A single line is a first line's business: what goes on has a second. */
const NEWS_RECORDS = 2;

export class NewsLane {
  readonly #state: PatternState;
  readonly #services: ServiceTable;
  readonly #scale: BreakpointScale;
  readonly #groups: BreakpointHistogram[] = [];
  readonly #level: Float64Array;
  readonly #budget: Float64Array;
  readonly #demand: Float64Array;

  constructor(state: PatternState, services: ServiceTable, scale: BreakpointScale) {
    this.#state = state;
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
   * Bytes a second at τ = 1 of a pattern that is news, 0 of others.
   * @param usual lines a second @param bytes of a line @param value of a line by severity
   */
  gradientOf(row: number, usual: number, bytes: number, value: number): number {
    const { rateFast, totals, service: serviceOf } = this.#state;
    if (totals[row * TOTALS_STRIDE + TOTAL_RECORDS] < NEWS_RECORDS) return 0;
    const service = serviceOf[row];
    const louder = this.#services.loudness[service];
    if (rateFast[row] < Math.max(NEWS_RATIO, NEWS_OVER_SERVICE * louder) * (usual + LEAST_USUAL)) return 0;
    return exactly(value * Math.sqrt(bytes));
  }

  /** @param cost bytes a second that may be kept of a pattern that is news; both negative: it is none any more */
  add(service: number, cost: number, gradient: number): void {
    this.#groups[service].add(cost, gradient);
  }

  /**
   * @param draw bytes a second that are left for draws @param shares of who sends, as they were just made
   * @returns what of them the lane takes
   */
  plan(draw: number, shares: Pick<ServiceShares, "shareOther">): number {
    const { count } = this.#services;
    let wanted = 0;
    for (let s = 0; s < count; s++) {
      this.#demand[s] = this.#groups[s].fullCost;
      wanted += this.#demand[s];
    }
    if (wanted <= 0) return 0;
    const total = Math.min(wanted, NEWS_SHARE * draw);
    shares.shareOther(total, this.#demand, this.#budget);
    for (let s = 0; s < count; s++) this.#level[s] = this.#groups[s].solve(this.#budget[s]);
    return total;
  }

  /** τ of a service in the lane. */
  levelOf(service: number): number {
    return this.#level[service];
  }
}
