/** Rates by severity, as drop rules are usually written: DEBUG 5 %, INFO 20 %, WARN 50 %, ERROR always. */
import { SeededRandom } from "../../../../tools/loadgen/world/seeded-random.ts";
import type { Competitor, CompetitorBudget, SampledLine } from "../competitor.ts";

export class SeverityRules implements Competitor {
  readonly name = "severity rules";
  readonly #random: SeededRandom;

  constructor({ seed }: CompetitorBudget) {
    this.#random = new SeededRandom(seed, "severity");
  }

  decide({ severity }: SampledLine): number | undefined {
    const probability = severity >= 17 ? 1 : severity >= 13 ? 0.5 : severity === 0 || severity >= 9 ? 0.2 : 0.05;
    return this.#random.chance(probability) ? 1 / probability : undefined;
  }

  tick(): number {
    return 0;
  }
}
