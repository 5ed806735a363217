/** The patterns of a world: what each says, who says it, and why it is there. */
import type { SeededRandom } from "../../../../tools/loadgen/world/seeded-random.ts";
import { LineTemplate } from "./line-template.ts";
import type { Sentences } from "./sentences.ts";

export type PatternKind = "ordinary" | "rare" | "incident" | "storm" | "explosion";

export const DEBUG = 5;
export const INFO = 9;
export const WARN = 13;
export const ERROR = 17;

export interface WorldPattern {
  readonly kind: PatternKind;
  readonly service: number;
  readonly severity: number;
  /** Which plan of the script it belongs to: its name, or "". */
  readonly group: string;
}

export class PatternList {
  readonly all: WorldPattern[] = [];
  readonly #templates: (LineTemplate | undefined)[] = [];
  readonly #sentences: Sentences;
  readonly #random: SeededRandom;

  constructor(sentences: Sentences, random: SeededRandom) {
    this.#sentences = sentences;
    this.#random = random;
  }

  /** @returns number of the new pattern */
  add(pattern: WorldPattern): number {
    const { severity } = pattern;
    const text = this.#sentences.next();
    this.#templates.push(new LineTemplate({ text, severity, hasTrace: this.#random.chance(0.5) }));
    return this.all.push(pattern) - 1;
  }

  template(pattern: number): LineTemplate {
    const template = this.#templates[pattern];
    if (template === undefined) throw new Error(`Read pattern ${pattern}: it said its last line`);
    return template;
  }

  /** Patterns that never come back need no memory. */
  forgetText(pattern: number): void {
    this.#templates[pattern] = undefined;
  }
}
