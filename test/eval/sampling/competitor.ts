/** Another product's way of sampling, written from its description, as the scoreboard drives it. */

/** What a competitor sees of a line. It is told the true pattern: what it lacks is not the recognition of patterns. */
export interface SampledLine {
  /** Number of the true pattern, dense from 0. */
  readonly pattern: number;
  /** OTLP severity number, 0 when the sender gave none. */
  readonly severity: number;
  readonly service: number;
  /** Billed bytes if it is kept: record and its share of the envelope, without stamps of ours. */
  readonly bytes: number;
  readonly timeMs: number;
}

export interface Competitor {
  readonly name: string;
  /** @returns how many lines this one stands for, or undefined when it is dropped */
  decide(line: SampledLine): number | undefined;
  /** Called at the start of every second, before its lines. @returns records of its own that it sends, e.g. summaries */
  tick(second: number): number;
}

/** What a competitor is told before it starts: one setting for a run, as a user would make it. */
export interface CompetitorBudget {
  readonly bytesPerSecond: number;
  /** Lines and bytes of an ordinary second, as a user would read them off a dashboard. */
  readonly linesPerSecond: number;
  readonly inputBytesPerSecond: number;
  readonly seed: number;
}
