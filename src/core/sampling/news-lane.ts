import type { PatternState } from "./pattern-state.ts";
import type { ServiceTable } from "./service-table.ts";
import type { WaterFillingProblem } from "./water-filling.ts";
import { createProblem, shareOut, solve } from "./water-filling.ts";

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
/** Where a whole service is louder than usual, news is what exceeds that by this factor. */
const NEWS_OVER_SERVICE = 1.5;
/** A single line is a first line's business: what goes on has a second. */
const NEWS_RECORDS = 2;

export class NewsLane {
  readonly #state: PatternState;
  readonly #services: ServiceTable;
  readonly #problem: WaterFillingProblem;
  /** Table row of each entry; and by row, the share of its lines that the lane keeps. */
  readonly #rows: Int32Array;
  readonly #share: Float32Array;
  readonly #demand: Float64Array;
  readonly #weight: Float64Array;

  constructor(state: PatternState, services: ServiceTable, patterns: number) {
    this.#state = state;
    this.#services = services;
    this.#problem = createProblem(patterns, services.capacity);
    this.#rows = new Int32Array(patterns);
    this.#share = new Float32Array(patterns);
    this.#demand = new Float64Array(services.capacity);
    this.#weight = new Float64Array(services.capacity);
  }

  begin(): void {
    this.#problem.count = 0;
    this.#demand.fill(0, 0, this.#services.count);
  }

  /**
   * Enters the pattern if it is news.
   * @param ceiling lines a second that may be kept @param usual lines a second @param value of a line by severity
   */
  enter(row: number, ceiling: number, usual: number, value: number): void {
    const { rateFast, records, service: serviceOf, meanBytes } = this.#state;
    this.#share[row] = 0;
    if (records[row] < NEWS_RECORDS || ceiling <= 0) return;
    const service = serviceOf[row];
    const { rate, baseline } = this.#services;
    const louder = Math.max(1, rate[service] / Math.max(1, baseline[service]));
    if (rateFast[row] < Math.max(NEWS_RATIO, NEWS_OVER_SERVICE * louder) * (usual + LEAST_USUAL)) return;
    const problem = this.#problem;
    const i = problem.count++;
    const bytes = Math.max(1, meanBytes[row]);
    this.#rows[i] = row;
    problem.group[i] = service;
    problem.bytes[i] = bytes;
    problem.floor[i] = 0;
    problem.ceiling[i] = ceiling;
    problem.slope[i] = value / Math.sqrt(bytes);
    this.#demand[service] += ceiling * bytes;
  }

  /** @param draw bytes a second that are left for draws @returns what of them the lane takes */
  plan(draw: number): number {
    const problem = this.#problem;
    const { count, baseline } = this.#services;
    problem.groupCount = count;
    if (problem.count === 0) return 0;
    let wanted = 0;
    for (let s = 0; s < count; s++) {
      this.#weight[s] = Math.sqrt(Math.max(1, baseline[s]));
      wanted += this.#demand[s];
    }
    const total = Math.min(wanted, NEWS_SHARE * draw);
    shareOut(total, count, this.#weight, this.#demand, problem.budget);
    solve(problem);
    for (let i = 0; i < problem.count; i++) {
      const kept = problem.tau[problem.group[i]] * problem.slope[i];
      this.#share[this.#rows[i]] = Math.min(1, kept / problem.ceiling[i]);
    }
    return total;
  }

  /** Share of the pattern's lines that the lane keeps; 0: it is no news. */
  shareOf(row: number): number {
    return this.#share[row];
  }
}
