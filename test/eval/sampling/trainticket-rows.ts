/** Rows of the TrainTicket day: ours as `lipservice replay --decisions` decides it, the others beside it. */
import { SEVERITY_ERROR } from "../../../src/model/severity.ts";
import type { Competitor, CompetitorBudget, SampledLine } from "./competitor.ts";
import { EmaThroughput } from "./competitors/ema-throughput.ts";
import { FirstLines } from "./competitors/first-lines.ts";
import { PatternCredits } from "./competitors/pattern-credits.ts";
import { SeverityRules } from "./competitors/severity-rules.ts";
import { Uniform } from "./competitors/uniform.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";
import type { Day } from "./trainticket-day.ts";
import { faultsMissed, firstLines, incidentRecall } from "./trainticket-measures.ts";
import { runDay } from "./trainticket-run.ts";

/** One way of running the day, and what its incidents must come to. */
interface DayCase {
  readonly share: number;
  readonly severityHidden: boolean;
  readonly recall: number;
  /** Faults that may lack a statement within 10 s; undefined: not asked. */
  readonly faults?: number;
}

const CASES: readonly DayCase[] = [
  { share: 0.03, severityHidden: false, recall: 0.99 },
  { share: 0.01, severityHidden: false, recall: 0.95 },
  { share: 0.1, severityHidden: true, recall: 0.8 },
  { share: 0.03, severityHidden: true, recall: 0.6, faults: 2 },
];
/** Of a record beside its body: time, ids, framing, and its share of the envelope. */
const RECORD_BYTES = 60;
const INFO = 9;
const WARN = 13;
/** A pause of the recording is no second of its traffic. */
const PAUSE_MS = 60_000;

export async function trainTicketRows(day: Day, seed: number): Promise<ScoreboardRow[]> {
  const rows: ScoreboardRow[] = [];
  for (const dayCase of CASES) rows.push(...(await rowsOfCase(day, dayCase, seed)));
  return rows;
}

async function rowsOfCase(day: Day, dayCase: DayCase, seed: number): Promise<ScoreboardRow[]> {
  const { share, severityHidden, recall } = dayCase;
  const name = `${100 * share} %${severityHidden ? ", severity hidden" : ""}`;
  const { kept, summary } = await runDay(day, share, severityHidden);
  const { patterns } = summary;
  const missed = faultsMissed(day, kept);
  const row = (measure: string, value: number, note?: string, unit = ""): ScoreboardRow => ({
    measure: `${measure}: ${name}`,
    sampler: "lipservice",
    value,
    unit,
    ...(note === undefined ? {} : { note }),
  });
  const lost = missed.map(({ fault, statements }) => `${fault.name} (${statements.join(", ")})`);
  const rows = [
    judged(row("incident lines kept", incidentRecall(day, kept)), ">=", recall),
    judged(
      row(
        "kept divided by allowance",
        summary.budget.kept_over_granted,
        `${summary.kept.ratio.toFixed(4)} of the day's bytes`,
      ),
      "<=",
      1,
    ),
    judged(
      row("patterns whose first line was kept", patterns.first_line_kept / patterns.count, `of ${patterns.count}`),
      ">=",
      1,
    ),
    row(
      "95 % intervals that contain the true count",
      patterns.interval_coverage,
      `${patterns.judged} patterns with 10 or more kept lines`,
    ),
  ];
  const faultsRow = row("faults with an incident statement not kept within 10 s", missed.length, lost.join("; "));
  rows.push(dayCase.faults === undefined ? faultsRow : judged(faultsRow, "<=", dayCase.faults));
  return [...rows, ...othersOf(day, dayCase, name, seed)];
}

function othersOf(day: Day, { share, severityHidden }: DayCase, name: string, seed: number): ScoreboardRow[] {
  const lines = sampledLines(day, severityHidden);
  const inputBytes = lines.reduce((sum, { bytes }) => sum + bytes, 0);
  const seconds = activeSeconds(day);
  const budget: CompetitorBudget = {
    bytesPerSecond: (share * inputBytes) / seconds,
    inputBytesPerSecond: inputBytes / seconds,
    linesPerSecond: lines.length / seconds,
    seed,
  };
  return competitors(budget).flatMap((sampler) => {
    const kept = decideAll(sampler, lines);
    const bytes = lines.reduce((sum, line, i) => sum + (kept[i] ?? 0) * line.bytes, 0);
    const row = (measure: string, value: number): ScoreboardRow => ({
      measure: `${measure}: ${name}`,
      sampler: sampler.name,
      value,
      unit: "",
    });
    const first = firstLines(day, kept);
    return [
      row("incident lines kept", incidentRecall(day, kept)),
      row("kept divided by allowance", bytes / (share * inputBytes)),
      row("patterns whose first line was kept", first.kept / first.all),
      row("faults with an incident statement not kept within 10 s", faultsMissed(day, kept).length),
    ];
  });
}

function competitors(budget: CompetitorBudget): Competitor[] {
  return [
    new Uniform(budget),
    new SeverityRules(budget),
    new EmaThroughput(budget),
    new PatternCredits(),
    new FirstLines(),
  ];
}

function decideAll(sampler: Competitor, lines: readonly SampledLine[]): Uint8Array {
  const kept = new Uint8Array(lines.length);
  let second = 0;
  for (const [i, line] of lines.entries()) {
    const now = Math.floor(line.timeMs / 1000);
    // Longer pauses than all windows of all samplers change nothing more.
    if (second === 0 || now - second > 3600) second = now - 1;
    while (second < now) sampler.tick(++second);
    kept[i] = sampler.decide(line) === undefined ? 0 : 1;
  }
  return kept;
}

function sampledLines({ lines }: Day, severityHidden: boolean): SampledLine[] {
  const patterns = new Map<string, number>();
  const services = new Map<string, number>();
  const startMs = lines[0]?.timeMs ?? 0;
  return lines.map(({ timeMs, service, severityText, statement, bodyBytes }) => ({
    pattern: numberOf(patterns, statement),
    service: numberOf(services, service),
    severity: severityHidden ? 0 : severityOf(severityText),
    bytes: bodyBytes + RECORD_BYTES,
    timeMs: timeMs - startMs + 1000,
  }));
}

function severityOf(text: string): number {
  return text === "ERROR" ? SEVERITY_ERROR : text === "WARN" ? WARN : INFO;
}

function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name) ?? numbers.size;
  numbers.set(name, known);
  return known;
}

function activeSeconds({ lines }: Day): number {
  let ms = 0;
  for (const [i, { timeMs }] of lines.entries()) {
    const passed = timeMs - (lines[i - 1]?.timeMs ?? timeMs);
    if (passed < PAUSE_MS) ms += passed;
  }
  return ms / 1000;
}
