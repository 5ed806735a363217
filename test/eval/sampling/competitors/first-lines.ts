/** Grepr's way: the first lines of a pattern in every two minutes pass, the rest are counted and told in a summary. */
import type { Competitor, SampledLine } from "../competitor.ts";

const FIRST_LINES = 4;
const WINDOW_SECONDS = 120;

export class FirstLines implements Competitor {
  readonly name = "first lines and summary";
  #counts = new Map<number, number>();

  decide({ pattern }: SampledLine): number | undefined {
    const count = (this.#counts.get(pattern) ?? 0) + 1;
    this.#counts.set(pattern, count);
    return count <= FIRST_LINES ? 1 : undefined;
  }

  tick(second: number): number {
    if (second % WINDOW_SECONDS !== 0) return 0;
    let summaries = 0;
    for (const count of this.#counts.values()) if (count > FIRST_LINES) summaries++;
    this.#counts = new Map();
    return summaries;
  }
}
