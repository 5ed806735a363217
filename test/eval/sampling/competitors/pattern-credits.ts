/**
 * The Datadog Agent's adaptive sampler: a bucket of credits for each pattern (one a second, 100 at most), lines with words
 * like ERROR always kept, and the number dropped since told on the next line that passes.
 */
import type { Competitor, SampledLine } from "../competitor.ts";

const CREDITS_PER_SECOND = 1;
const BURST = 100;
const ALWAYS_FROM_SEVERITY = 17;

interface Credits {
  level: number;
  atMs: number;
  dropped: number;
}

export class PatternCredits implements Competitor {
  readonly name = "credits per pattern";
  readonly #patterns = new Map<number, Credits>();

  decide({ pattern, severity, timeMs }: SampledLine): number | undefined {
    if (severity >= ALWAYS_FROM_SEVERITY) return 1;
    let credits = this.#patterns.get(pattern);
    if (credits === undefined) {
      credits = { level: BURST, atMs: timeMs, dropped: 0 };
      this.#patterns.set(pattern, credits);
    }
    credits.level = Math.min(BURST, credits.level + ((timeMs - credits.atMs) / 1000) * CREDITS_PER_SECOND);
    credits.atMs = timeMs;
    if (credits.level < 1) {
      credits.dropped++;
      return undefined;
    }
    credits.level--;
    const weight = 1 + credits.dropped;
    credits.dropped = 0;
    return weight;
  }

  tick(): number {
    return 0;
  }
}
