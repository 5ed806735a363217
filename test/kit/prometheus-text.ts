/**
 * A strict reader of the Prometheus text format 0.0.4, written from its description: every line must be a HELP, a TYPE,
 * empty, or a sample of the family announced before it; no family and no series may appear twice.
 */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HELP_LINE = new RegExp(`^# HELP (${NAME}) (.*)$`);
const TYPE_LINE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE_LINE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/** @returns families by name; throws an Error naming the line that is not valid */
export function parsePrometheusText(text: string): Map<string, MetricFamily> {
  if (!text.endsWith("\n")) throw new Error("the text must end with a newline");
  const families = new Map<string, MetricFamily & { samples: MetricSample[] }>();
  const series = new Set<string>();
  let help: { name: string; text: string } | undefined;
  let family: (MetricFamily & { samples: MetricSample[] }) | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const fail = (why: string): Error => new Error(`line ${index + 1}: ${why}: ${line}`);
    if (line === "") continue;
    const helpMatch = HELP_LINE.exec(line);
    const typeMatch = TYPE_LINE.exec(line);
    if (helpMatch) {
      help = { name: helpMatch[1]!, text: helpMatch[2]! };
    } else if (typeMatch) {
      const name = typeMatch[1]!;
      if (families.has(name)) throw fail("family announced twice");
      if (help?.name !== name) throw fail("TYPE without its HELP");
      family = { name, type: typeMatch[2]!, help: help.text, samples: [] };
      families.set(name, family);
    } else {
      const sample = parseSample(line, fail);
      if (family === undefined || !belongsTo(family, sample.name)) throw fail("sample of another family");
      const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (series.has(key)) throw fail("series appears twice");
      series.add(key);
      family.samples.push(sample);
    }
  }
  return families;
}

function belongsTo(family: MetricFamily, sampleName: string): boolean {
  return (SUFFIXES[family.type] ?? [""]).some((suffix) => family.name + suffix === sampleName);
}

function parseSample(line: string, fail: (why: string) => Error): MetricSample {
  const match = SAMPLE_LINE.exec(line);
  if (!match) throw fail("no sample");
  const [, name = "", labelText = "", valueText = ""] = match;
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const label = LABEL.exec(labelText);
    if (!label) throw fail("bad label");
    if (label[1]! in labels) throw fail("label appears twice");
    labels[label[1]!] = label[2]!.replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
  }
  const value = /^[+-]Inf$/.test(valueText) ? Number(`${valueText}inity`) : Number(valueText);
  if (Number.isNaN(value) && valueText.toLowerCase() !== "nan") throw fail("bad value");
  return { name, labels, value };
}
