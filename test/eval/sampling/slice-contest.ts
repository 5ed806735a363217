/**
 * Slices of a pattern, read from what was kept: by weights alone, and raked to the summaries. A slice is three
 * quarters, or an eighth, of a pattern's lines: by trace where there is one, else by the order of arrival mixed. Cells
 * are a pattern's hour, as in the documentation.
 */
import type { Interval } from "../../../src/core/estimate/interval.ts";
import { KeptLines } from "../../../src/core/estimate/kept-lines.ts";
import type { CountCorrection, LinePlace } from "../../../src/core/estimate/margin.ts";
import { patternMargin } from "../../../src/core/estimate/margin.ts";
import { RakedLines } from "../../../src/core/estimate/raking.ts";
import type { FedRequest } from "./live-drive.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";

const HOUR_MS = 3_600_000;
/** Of a line's class, 0 to 7, whether it is in the slice. */
const SLICES: readonly ((kind: number) => boolean)[] = [(kind) => kind === 0, (kind) => kind > 1];

interface Sample {
  readonly lines: KeptLines;
  readonly places: LinePlace[];
  readonly kinds: number[];
  readonly rows: CountCorrection[];
  readonly truths: { count: number; expected: number }[];
}

interface Tally {
  covered: number;
  squares: number;
}

export class SliceContest {
  readonly #expectedKept: number;
  readonly #samples = new Map<string, Sample>();
  readonly #plain: Tally = { covered: 0, squares: 0 };
  readonly #raked: Tally = { covered: 0, squares: 0 };
  #judged = 0;
  #arrivals = 0;

  constructor(expectedKept: number) {
    this.#expectedKept = expectedKept;
  }

  add(pattern: string, { decisions }: FedRequest, i: number, trace: string): void {
    const sample = this.#sample(pattern);
    const p = decisions.probability[i]!;
    this.#arrivals++;
    const kind = trace === "" ? (Math.imul(this.#arrivals, 0x9e3779b1) >>> 16) % 8 : trace.charCodeAt(15) % 8;
    for (const [slice, isIn] of SLICES.entries()) {
      const truth = sample.truths[slice];
      if (truth === undefined || !isIn(kind)) continue;
      truth.count++;
      if (p < 1) truth.expected += p;
    }
    if (decisions.keep[i] === 0) return;
    sample.lines.add(p, trace);
    sample.kinds.push(kind);
    sample.places.push({ service: "", pattern, timeMs: 0 });
  }

  /** All of a run lies in one bucket: it is shorter than an hour. */
  summarised(rows: readonly CountCorrection[]): void {
    for (const row of rows) this.#sample(row.pattern).rows.push({ ...row, service: "", bucketMs: 0 });
  }

  endRun(): void {
    for (const sample of this.#samples.values()) this.#judge(sample);
    this.#samples.clear();
    this.#arrivals = 0;
  }

  #sample(pattern: string): Sample {
    const known = this.#samples.get(pattern);
    if (known !== undefined) return known;
    const truths = SLICES.map(() => ({ count: 0, expected: 0 }));
    const created = { lines: new KeptLines(), places: [], kinds: [], rows: [], truths };
    this.#samples.set(pattern, created);
    return created;
  }

  #judge({ lines, places, kinds, rows, truths }: Sample): void {
    if (truths.every(({ expected }) => expected < this.#expectedKept)) return;
    const raked = new RakedLines(lines, patternMargin(lines, places, rows, HOUR_MS));
    const plain = new RakedLines(lines);
    for (const [slice, isIn] of SLICES.entries()) {
      const truth = truths[slice];
      if (truth === undefined || truth.expected < this.#expectedKept) continue;
      this.#judged++;
      tally(
        this.#plain,
        plain.slice((line) => isIn(kinds[line]!)),
        truth.count,
      );
      tally(
        this.#raked,
        raked.slice((line) => isIn(kinds[line]!)),
        truth.count,
      );
    }
  }

  rows(): ScoreboardRow[] {
    const note = `${this.#judged} slices of a pattern: an eighth and three quarters of its lines`;
    const coverage = this.#raked.covered / this.#judged;
    const gain = Math.sqrt(this.#raked.squares / this.#plain.squares);
    return [
      {
        ...judged({ measure: "coverage of slices raked to summaries", value: coverage, unit: "", note }, ">=", 0.93),
        passes: coverage >= 0.93 && coverage <= 0.97,
      },
      judged(
        { measure: "error of raked slices divided by that of weights alone", value: gain, unit: "", note },
        "<=",
        1,
      ),
    ];
  }
}

function tally(into: Tally, { estimate, low, high }: Interval, truth: number): void {
  const rounding = 1e-9 * truth;
  if (low - rounding <= truth && truth <= high + rounding) into.covered++;
  into.squares += ((estimate - truth) / truth) ** 2;
}
