/**
 * Power allocation under a byte budget (Bankier 1988; facts: minimise Σ v² λ^{2α} RelVar with α = ½):
 *
 *   k_i = clamp(τ · v_i · √λ_i / √b_i, floor_i, λ_i)   with τ such that Σ b_i k_i = budget,
 *
 * solved for all services in one sweep a step. S(τ) is piecewise linear and grows, so Newton's steps inside a shrinking
 * bracket find it: 3-6 sweeps in practice, SWEEPS_MAX at most, and the last τ of a service is where its next search starts.
 */
const SWEEPS_MAX = 24;
/** Close enough: the controller above corrects far larger errors. */
const TOLERANCE = 0.002;
/** Sums of the same terms in another order differ by less. */
const ROUNDING = 1e-9;

/** Inputs and results of one solve; arrays have one entry a live pattern (or a service), reused between ticks. */
export interface WaterFillingProblem {
  count: number;
  /** Service of each pattern. */
  readonly group: Uint16Array;
  /** v·√λ/√b. */
  readonly slope: Float64Array;
  /** Lines a second. */
  readonly floor: Float64Array;
  readonly ceiling: Float64Array;
  readonly bytes: Float64Array;
  groupCount: number;
  /** Bytes a second that each service may spend. */
  readonly budget: Float64Array;
  /** In: start value; out: solution. */
  readonly tau: Float64Array;
  /** Scratch, one entry a service. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly spent: Float64Array;
  readonly gradient: Float64Array;
}

export function createProblem(patterns: number, groups: number): WaterFillingProblem {
  return {
    count: 0,
    group: new Uint16Array(patterns),
    slope: new Float64Array(patterns),
    floor: new Float64Array(patterns),
    ceiling: new Float64Array(patterns),
    bytes: new Float64Array(patterns),
    groupCount: 0,
    budget: new Float64Array(groups),
    tau: new Float64Array(groups),
    low: new Float64Array(groups),
    high: new Float64Array(groups),
    spent: new Float64Array(groups),
    gradient: new Float64Array(groups),
  };
}

/** Finds τ of every group. @returns sweeps used */
export function solve(problem: WaterFillingProblem): number {
  const { groupCount, tau, low, high } = problem;
  for (let g = 0; g < groupCount; g++) {
    low[g] = 0;
    high[g] = Number.POSITIVE_INFINITY;
    if (!(tau[g] > 0) || !Number.isFinite(tau[g])) tau[g] = 1;
  }
  saturate(problem);
  for (let sweep = 1; sweep <= SWEEPS_MAX; sweep++) {
    measure(problem);
    if (step(problem)) return sweep;
  }
  return SWEEPS_MAX;
}

/** A group that can afford all of its lines keeps them all: found within the tolerance, it would be all but a few. */
function saturate(problem: WaterFillingProblem): void {
  const { count, group, slope, ceiling, bytes, groupCount, budget, tau } = problem;
  // Scratch of the sweeps to come.
  const { spent: full, gradient: top } = problem;
  full.fill(0, 0, groupCount);
  top.fill(0, 0, groupCount);
  for (let i = 0; i < count; i++) {
    const g = group[i];
    full[g] += bytes[i] * ceiling[i];
    if (slope[i] > 0) top[g] = Math.max(top[g], ceiling[i] / slope[i]);
  }
  for (let g = 0; g < groupCount; g++) {
    if (top[g] > 0 && full[g] <= budget[g] * (1 + ROUNDING)) tau[g] = top[g] * (1 + ROUNDING);
  }
}

/** spent(τ) and its right derivative for every group. */
function measure(problem: WaterFillingProblem): void {
  const { count, group, slope, floor, ceiling, bytes, tau, spent, gradient, groupCount } = problem;
  spent.fill(0, 0, groupCount);
  gradient.fill(0, 0, groupCount);
  for (let i = 0; i < count; i++) {
    const g = group[i];
    const wanted = tau[g] * slope[i];
    const b = bytes[i];
    if (wanted >= ceiling[i]) spent[g] += b * ceiling[i];
    else if (wanted <= floor[i]) spent[g] += b * floor[i];
    else {
      spent[g] += b * wanted;
      gradient[g] += b * slope[i];
    }
  }
}

/** One safeguarded Newton step a group. @returns true when all are close enough */
function step(problem: WaterFillingProblem): boolean {
  const { groupCount, budget, tau, low, high, spent, gradient } = problem;
  let done = true;
  for (let g = 0; g < groupCount; g++) {
    const error = budget[g] - spent[g];
    if (Math.abs(error) <= TOLERANCE * budget[g]) continue;
    if (error > 0) low[g] = tau[g];
    else high[g] = tau[g];
    const next = gradient[g] > 0 ? tau[g] + error / gradient[g] : error > 0 ? tau[g] * 8 : tau[g] / 8;
    const inside = next > low[g] && next < high[g];
    const bounded = inside ? next : Number.isFinite(high[g]) ? (low[g] + high[g]) / 2 : low[g] * 8;
    if (bounded > 1e12 || high[g] - low[g] < 1e-9 * high[g] || bounded < 1e-12) {
      tau[g] = Math.max(bounded, 1e-12);
      continue;
    }
    tau[g] = bounded;
    done = false;
  }
  return done;
}

/**
 * Shares of a total between groups: max-min fair by weight, nobody above his demand (water-filling over services).
 * @param total bytes a second to share out
 */
export function shareOut(
  total: number,
  count: number,
  weight: Float64Array,
  demand: Float64Array,
  share: Float64Array,
): void {
  let left = total;
  let openWeight = 0;
  for (let g = 0; g < count; g++) {
    share[g] = demand[g] > 0 ? -1 : 0;
    if (demand[g] > 0) openWeight += weight[g];
  }
  // Every round closes at least one group, or all that are open share what is left.
  for (let closedOne = true; closedOne && openWeight > 0; ) {
    closedOne = false;
    const level = left / openWeight;
    for (let g = 0; g < count; g++) {
      if (share[g] >= 0 || demand[g] > level * weight[g]) continue;
      share[g] = demand[g];
      left -= demand[g];
      openWeight -= weight[g];
      closedOne = true;
    }
  }
  const level = openWeight > 0 ? Math.max(0, left) / openWeight : 0;
  for (let g = 0; g < count; g++) if (share[g] < 0) share[g] = level * weight[g];
}
