/**
 * Keeps the probabilities and traces of kept records, for raked totals: their residuals are known only after all lines.
 * Memory: two numbers a line and one string a trace.
 */
import { LoneDraws, TraceDraws } from "./joint-inclusion.ts";

const ALONE = -1;

export class KeptLines {
  readonly #probability: number[] = [];
  readonly #trace: number[] = [];
  readonly #traces = new Map<string, number>();

  /** @param trace any key of its trace; "" for a record that was drawn by itself @returns the line's number, from 0 */
  add(probability: number, trace: string): number {
    this.#probability.push(Math.min(1, probability));
    this.#trace.push(trace === "" ? ALONE : this.#traceNumber(trace));
    return this.#probability.length - 1;
  }

  #traceNumber(trace: string): number {
    const known = this.#traces.get(trace);
    if (known !== undefined) return known;
    this.#traces.set(trace, this.#traces.size);
    return this.#traces.size - 1;
  }

  get count(): number {
    return this.#probability.length;
  }

  probability(line: number): number {
    return this.#probability[line];
  }

  /** Number of the draw that kept the line: lines of one trace have it in common. */
  draw(line: number): number {
    const trace = this.#trace[line];
    return trace === ALONE ? this.#traces.size + line : trace;
  }

  isDrawn(line: number): boolean {
    return this.#probability[line] < 1;
  }

  /** Variance of Σ y over the drawn lines. @param y value of a line times its weight */
  variance(y: (line: number) => number): number {
    const lone = new LoneDraws();
    const together = new Map<number, TraceDraws>();
    for (let line = 0; line < this.count; line++) {
      if (this.isDrawn(line)) this.#drawsOf(line, lone, together).add(this.#probability[line], y(line));
    }
    let { variance } = lone;
    for (const draws of together.values()) variance += draws.variance;
    return variance;
  }

  /** The largest Σ y of one draw: of a line by itself or of a trace. */
  largest(y: (line: number) => number): number {
    const sums = new Float64Array(this.#traces.size);
    let largest = 0;
    for (let line = 0; line < this.count; line++) {
      if (!this.isDrawn(line)) continue;
      const trace = this.#trace[line];
      const sum = trace === ALONE ? y(line) : sums[trace] + y(line);
      if (trace !== ALONE) sums[trace] = sum;
      largest = Math.max(largest, sum);
    }
    return largest;
  }

  #drawsOf(line: number, lone: LoneDraws, together: Map<number, TraceDraws>): LoneDraws | TraceDraws {
    const trace = this.#trace[line];
    if (trace === ALONE) return lone;
    const draws = together.get(trace) ?? new TraceDraws();
    together.set(trace, draws);
    return draws;
  }
}
