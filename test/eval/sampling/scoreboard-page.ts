/** docs/SCOREBOARD.md from rows: method, machine, one table for each section, and the missed targets. */
import type { Section } from "./parts.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";

export interface ScoreboardResults {
  readonly date: string;
  readonly commit: string;
  readonly seed: number;
  /** Seconds that were run of each hour of the page. */
  readonly hourSeconds: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGib: number; readonly node: string };
  readonly sections: Readonly<Partial<Record<string, readonly ScoreboardRow[]>>>;
}

const OURS = "lipservice";

const TITLES: Readonly<Record<Section, readonly [title: string, text: string]>> = {
  budget: [
    "The budget",
    "Sent bytes divided by an absolute budget of 10 % of the ordinary bytes. For LipService the requests that its exporter would build are counted: records, stamps, envelopes, summaries, context. For the others records and envelopes are counted.",
  ],
  rare: [
    "Rare and new patterns",
    "A pattern counts as kept when one of its lines is kept. Targets are those of LipService.",
  ],
  counts: [
    "Counts",
    "Estimates from the weights of kept lines, compared with the true counts. With summaries LipService's counts are exact, which a test shows instead of a row: `test/integration/product/summaries-after-kill.test.ts` reads them from the stand-in after duplicates, late lines and a kill, and every count is right.",
  ],
  fairness: ["Fairness between services, and steps of the load", ""],
  cost: ["Cost", "CPU time of one thread, not wall time."],
  trainticket: [
    "A real system with faults: TrainTicket",
    "171,093 lines of 27 services in a day with pauses, 28 injected faults, 333 incident lines: lines within 180 s of a fault whose statement occurs there at least 3 times, and at 5 times its usual share. LipService's decisions are those of `npx lipservice replay FILE --set sampling.budget.keep_ratio=0.03 --decisions OUT`, one JSON object per line of FILE, from which these rows can be computed again. Severity hidden: the same file with every `severity_text` empty. The others get the same share of the day's mean as their budget.",
  ],
};

const METHOD = `## Method

- The world is generated from a seed: 2,000 patterns with Zipf(1.25) rates, 3,000 lines a second, 20 services; counts are negative-binomial (a gamma variable of each pattern, redrawn every 10 seconds, modulates its rate). About one ordinary line in a hundred is an ERROR. Half of the statements carry trace ids; a trace contains each of its statements once.
- After 15 minutes of warm-up: a steady hour with 600 planted patterns of 1 to 10 lines, and 30 new patterns that last five minutes at 1 line a minute to 10 a second; then one hour around each incident: one pattern at ×100 for 5 minutes, ERRORs at 20 × all traffic for 5 minutes, 2,000 new signatures a second for 60 seconds (from one service, then from all), one service at ×100 for 5 minutes. Rare patterns are also planted around and inside the explosions.
- LipService is the product's engine with its default configuration, fed with OTLP bytes under the world's clock. It has to find the patterns itself. The others are written from their descriptions (\`test/eval/sampling/competitors\`) and get the true pattern of every line:
  *uniform*: one probability. *Severity rules*: DEBUG 5 %, INFO 20 %, WARN 50 %, ERROR all. *EMA throughput*: Refinery's dynamic sampler with the budget as its goal and unbounded keys. *Credits per pattern*: the Datadog Agent's adaptive sampler, one line per second and pattern, burst 100, ERROR always. *First lines and summary*: Grepr's, four lines per pattern and two minutes.
- One configuration for all measurements.`;

export function scoreboardPage(results: ScoreboardResults, dataFile: string): string {
  const { machine, date, commit, seed, hourSeconds, sections } = results;
  const parts = [
    "# Sampling scoreboard",
    `Written by \`npm run eval:sampling\` from [${dataFile}](${dataFile}); not edited by hand.`,
    `${date}, commit ${commit}, seed ${seed}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, Node ${machine.node}.${hourSeconds === 3600 ? "" : ` Of every hour below, ${hourSeconds / 60} minutes were run, with incidents at full length: shares of an hour are shares of that time.`}`,
    METHOD,
    missesOf(sections),
  ];
  for (const [section, [title, text]] of Object.entries(TITLES)) {
    const rows = sections[section];
    if (rows === undefined || rows.length === 0) continue;
    parts.push(`## ${title}`);
    if (text !== "") parts.push(text);
    parts.push(tableOf(rows), ...notesOf(rows));
    if (section === "budget")
      parts.push(...["storm", "burst", "explosion"].map((file) => `![${file}](scoreboard/${file}.svg)`));
    if (section === "rare") parts.push("![rare patterns](scoreboard/rare.svg)");
  }
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Missed targets come first. */
function missesOf(sections: ScoreboardResults["sections"]): string {
  const judgedRows = Object.values(sections).flatMap((rows) =>
    (rows ?? []).filter(({ passes }) => passes !== undefined),
  );
  const missed = judgedRows.filter(({ passes }) => passes === false);
  const head = `## ${judgedRows.length - missed.length} of ${judgedRows.length} targets reached`;
  if (missed.length === 0) return head;
  const lines = missed.map((row) => `- ${row.measure}: ${numberOf(row.value)}, wanted ${reachOf(row)}`);
  return `${head}\n\nNot reached:\n\n${lines.join("\n")}`;
}

function tableOf(rows: readonly ScoreboardRow[]): string {
  const others = [...new Set(rows.map(({ sampler }) => sampler))].filter((sampler) => sampler !== OURS);
  const cells = (values: readonly string[]): string => `| ${values.join(" | ")} |`;
  const measures = [...new Set(rows.map(({ measure }) => measure))];
  const body = measures.map((measure) => {
    const of = (sampler: string): ScoreboardRow | undefined =>
      rows.find((row) => row.measure === measure && row.sampler === sampler);
    const ours = of(OURS);
    const unit = rows.find((row) => row.measure === measure)?.unit ?? "";
    const mark = ours?.passes === undefined ? "" : ours.passes ? " ✓" : " ✗";
    const theirs = others.map((sampler) => numberOf(of(sampler)?.value));
    return cells([
      unit === "" ? measure : `${measure} (${unit})`,
      reachOf(ours),
      `${numberOf(ours?.value)}${mark}`,
      ...theirs,
    ]);
  });
  return [
    cells(["measure", "target", OURS, ...others]),
    cells(["---", "--:", "--:", ...others.map(() => "--:")]),
    ...body,
  ].join("\n");
}

function notesOf(rows: readonly ScoreboardRow[]): string[] {
  const notes = rows.flatMap(({ measure, note }) => (note === undefined ? [] : [`- ${measure}: ${note}`]));
  return notes.length === 0 ? [] : [notes.join("\n")];
}

function reachOf(row: ScoreboardRow | undefined): string {
  if (row?.reach === undefined) return "";
  return `${{ "<=": "≤", ">=": "≥", "=": "=" }[row.reach.relation]} ${row.reach.bound}`;
}

/** Three places below ten; a value that rounds to its bound but is not on it keeps more. */
function numberOf(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "";
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
}
