/** Lines with known probabilities, drawn over and over: what an estimate of them is judged on. */

/** mulberry32: uniform in [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface DrawnLine {
  readonly p: number;
  /** Lines of one trace share their randomness; "" draws by itself. */
  readonly trace: string;
}

/** Those of the lines that one draw keeps. */
export function drawLines<Line extends DrawnLine>(lines: readonly Line[], random: () => number): Line[] {
  const traces = new Map<string, number>();
  return lines.filter(({ p, trace }) => {
    let r = traces.get(trace);
    if (r === undefined || trace === "") {
      r = random();
      traces.set(trace, r);
    }
    return r >= 1 - p;
  });
}

export interface Estimated {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface Judgement {
  /** Share of runs whose interval holds the truth. */
  readonly coverage: number;
  /** Mean of the estimates over the truth. */
  readonly bias: number;
  /** Mean error in standard errors of it. */
  readonly z: number;
  readonly meanSquare: number;
}

export function judgeRuns(runs: readonly Estimated[], truth: number): Judgement {
  const errors = runs.map(({ estimate }) => estimate - truth);
  const mean = errors.reduce((sum, error) => sum + error, 0) / runs.length;
  const meanSquare = errors.reduce((sum, error) => sum + error ** 2, 0) / runs.length;
  const covered = runs.filter(({ low, high }) => low - 1e-6 <= truth && truth <= high + 1e-6).length;
  return {
    coverage: covered / runs.length,
    bias: 1 + mean / truth,
    z: mean / Math.sqrt((meanSquare - mean ** 2) / runs.length),
    meanSquare,
  };
}
