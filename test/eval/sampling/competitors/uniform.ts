/** One probability for every line: head sampling, PostHog's and New Relic's sample rules, OpenTelemetry's sampler. */
import { SeededRandom } from "../../../../tools/loadgen/world/seeded-random.ts";
import type { Competitor, CompetitorBudget } from "../competitor.ts";

export class Uniform implements Competitor {
  readonly name = "uniform";
  readonly #probability: number;
  readonly #random: SeededRandom;

  constructor({ bytesPerSecond, inputBytesPerSecond, seed }: CompetitorBudget) {
    this.#probability = Math.min(1, bytesPerSecond / inputBytesPerSecond);
    this.#random = new SeededRandom(seed, "uniform");
  }

  decide(): number | undefined {
    return this.#random.chance(this.#probability) ? 1 / this.#probability : undefined;
  }

  tick(): number {
    return 0;
  }
}
