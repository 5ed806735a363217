/** Plots as SVG text: curves over time on a logarithmic scale, and groups of bars. No scripts, no fonts of their own. */
import type { PlotSeries } from "./plot-series.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";

const WIDTH = 860;
const HEIGHT = 380;
const LEFT = 60;
const RIGHT = 190;
const TOP = 40;
const BOTTOM = 46;
const LOWEST = 0.05;
const HIGHEST = 500;
const COLOURS: readonly string[] = ["#c2185b", "#607d8b", "#f57c00", "#1976d2", "#7b1fa2", "#388e3c"];

type Incident = PlotSeries["incidents"][number];

export function budgetPlot({ name, stepSeconds, fromSecond, endSecond, curves }: Incident): string {
  const points = curves[0]?.points.length ?? 0;
  const lastSecond = fromSecond + points * stepSeconds;
  const x = (second: number): number =>
    LEFT + ((second - fromSecond) / (lastSecond - fromSecond)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => {
    const share = Math.log(Math.min(HIGHEST, Math.max(LOWEST, value)) / LOWEST) / Math.log(HIGHEST / LOWEST);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  };
  const parts = [
    `<rect x="${x(0)}" y="${TOP}" width="${x(endSecond) - x(0)}" height="${HEIGHT - TOP - BOTTOM}" fill="#f2e6d8"/>`,
  ];
  for (const value of [0.1, 1, 10, 100]) {
    parts.push(line(LEFT, y(value), WIDTH - RIGHT, y(value), value === 1 ? "#333" : "#ddd"));
    parts.push(text(LEFT - 8, y(value) + 4, `${value}×`, "end"));
  }
  for (let second = Math.ceil(fromSecond / 300) * 300; second <= lastSecond; second += 300) {
    parts.push(text(x(second), HEIGHT - BOTTOM + 18, `${second / 60} min`, "middle"));
  }
  for (const [i, { sampler, points: values }] of [...curves].map((curve, i) => [i, curve] as const).reverse()) {
    const path = values.map(
      (value, at) => `${x(fromSecond + (at + 0.5) * stepSeconds).toFixed(1)},${y(value).toFixed(1)}`,
    );
    parts.push(
      `<polyline points="${path.join(" ")}" fill="none" stroke="${colour(i)}" stroke-width="${i === 0 ? 2.6 : 1.4}"/>`,
    );
    parts.push(...key(i, sampler));
  }
  parts.push(
    text(LEFT, HEIGHT - 8, "sent bytes over the budget, means of 10 s, logarithmic; the incident is shaded", "start"),
  );
  return svg(name, parts);
}

/** Bars in groups, one group a measure, one bar a sampler; values 0..1. */
export function barPlot(title: string, measures: readonly string[], rows: readonly ScoreboardRow[]): string {
  const samplers = [...new Set(rows.map(({ sampler }) => sampler))];
  const group = (WIDTH - LEFT - RIGHT) / measures.length;
  const bar = (0.8 * group) / samplers.length;
  const y = (value: number): number => HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM);
  const parts: string[] = [];
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(
      line(LEFT, y(value), WIDTH - RIGHT, y(value), "#ddd"),
      text(LEFT - 8, y(value) + 4, String(value), "end"),
    );
  }
  for (const [at, measure] of measures.entries()) {
    const left = LEFT + at * group + 0.1 * group;
    for (const [i, sampler] of samplers.entries()) {
      const value = rows.find((row) => row.measure === measure && row.sampler === sampler)?.value;
      if (value === undefined) continue;
      parts.push(
        `<rect x="${(left + i * bar).toFixed(1)}" y="${y(value).toFixed(1)}" width="${(bar * 0.9).toFixed(1)}" height="${(y(0) - y(value)).toFixed(1)}" fill="${colour(i)}"/>`,
      );
    }
    parts.push(text(left + 0.4 * group, HEIGHT - BOTTOM + 18, measure.replace(/^.*: /, ""), "middle"));
  }
  for (const [i, sampler] of samplers.entries()) parts.push(...key(i, sampler));
  return svg(title, parts);
}

function key(i: number, sampler: string): string[] {
  const top = TOP + 10 + 22 * i;
  const left = WIDTH - RIGHT + 16;
  return [
    `<rect x="${left}" y="${top - 9}" width="14" height="10" fill="${colour(i)}"/>`,
    text(left + 20, top, sampler, "start"),
  ];
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length] ?? "#000";
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return `<line x1="${x1}" y1="${y1.toFixed(1)}" x2="${x2}" y2="${y2.toFixed(1)}" stroke="${stroke}"/>`;
}

function text(x: number, y: number, content: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeText(content)}</text>`;
}

function escapeText(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function svg(title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="24" font-size="15" font-weight="bold">${escapeText(title)}</text>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}
