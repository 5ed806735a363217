/** The rows that one contest gives: ours judged, the others beside it. */
import type { Contest } from "./contest.ts";
import { OURS } from "./contest.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";
import type { Tally } from "./tally.ts";
import type { Span } from "./world/script.ts";
import { SERVICES, World } from "./world/world.ts";

const WINDOW_SECONDS = 300;
/** A state counts as told when it shows at the tick after. */
const TOLD_WITHIN_SECONDS = 2;

export function budgetRows(contest: Contest): ScoreboardRow[] {
  const { script, tallies, balance, budget } = contest;
  const hours = hoursOf(script);
  const width = hours[0]!.to - hours[0]!.from;
  const row = (measure: string, value: (tally: Tally) => number, judge: Judge, note?: string): ScoreboardRow[] =>
    rows(tallies, measure, "× budget", value, judge, note);
  const hourly = hours.map(({ from, to }) => tallies[0]!.sum(tallies[0]!.bytes, from, to) / (width * budget));
  const brought = hours.map(({ from }) => Math.max(0, balance[from]!) / (width * budget));
  const incidents: readonly (readonly [string, Span | undefined, number])[] = [
    ["×100 burst of one pattern", script.burst, 1.3],
    ["ERROR storm, 20 × all traffic", script.storm, 2],
    ["explosion of signatures, one service", script.explosions[0], 1.5],
    ["explosion of signatures, all services", script.explosions[1], 1.5],
    ["one service at ×100", script.loudService, 1.3],
  ];
  return [
    ...row(
      "kept in the highest hour, less the reserve at its start",
      (tally) =>
        tally.sampler === OURS
          ? Math.max(...hourly.map((share, i) => share - brought[i]!))
          : Math.max(...hours.map(({ from, to }) => tally.sum(tally.bytes, from, to) / (width * budget))),
      ["<=", 1],
      `hours: ${hourly.map((share) => share.toFixed(3)).join(", ")}; reserve at their start: ${brought.map((share) => share.toFixed(3)).join(", ")}`,
    ),
    ...row("used in the steady hour", (tally) => meanOf(tally, script.steady) / budget, [">=", 0.97]),
    ...incidents.flatMap(([name, span, bound]) =>
      span === undefined
        ? []
        : [
            ...row(
              `worst 5 minutes: ${name}`,
              (tally) => tally.worstMean(span.from, span.to, WINDOW_SECONDS) / budget,
              ["<=", bound],
            ),
            ...row(`hour around: ${name}`, (tally) => meanOf(tally, hourOf(hours, span)) / budget, ["<=", 1.05]),
          ],
    ),
  ];
}

/** @param suffix what sets this contest's rare patterns apart from another's */
export function rareRows(contest: Contest, suffix: string): ScoreboardRow[] {
  const { world, tallies, script } = contest;
  const groups = [...new Set(script.rare.map(({ name }) => name))];
  return groups.flatMap((group) => {
    const members = world.patterns.all.flatMap(({ kind, group: of }, i) =>
      kind === "rare" && of === group ? [i] : [],
    );
    const said = members.filter((pattern) => tallies[0]!.firstSecond(pattern) !== undefined);
    const kept = (tally: Tally): number => said.filter((pattern) => (tally.linesBefore(pattern) ?? -1) >= 0).length;
    const bound = group === "steady" ? 1 : 0.99;
    const note = `${said.length} patterns of 1 to 10 lines`;
    return rows(
      tallies,
      `rare patterns with a kept line: ${group}${suffix}`,
      "",
      (t) => kept(t) / said.length,
      [">=", bound],
      note,
    );
  });
}

export function noveltyRows({ world, tallies }: Contest): ScoreboardRow[] {
  const members = world.patterns.all.flatMap(({ kind }, i) => (kind === "incident" ? [i] : []));
  const said = members.filter((pattern) => tallies[0]!.firstSecond(pattern) !== undefined);
  const lines = (tally: Tally): number =>
    said.reduce((sum, pattern) => sum + Math.max(0, tally.linesBefore(pattern) ?? 0), 0) / said.length;
  const never = (tally: Tally): number => said.filter((pattern) => tally.linesBefore(pattern) === -1).length;
  const note = `${said.length} patterns; never kept: ${tallies.map((tally) => `${tally.sampler} ${never(tally)}`).join(", ")}`;
  return [
    ...rows(tallies, "lines of a new pattern before its first kept line, mean", "lines", lines, ["<=", 0], note),
    ...rows(tallies, "new patterns without a kept line", "", never, ["<=", 0]),
  ];
}

export function errorRows({ tallies, script, errorsSampled }: Contest): ScoreboardRow[] {
  const { from, to } = script.steady;
  const kept = (tally: Tally): number => tally.sum(tally.errorsKept, from, to) / tally.sum(tally.errors, from, to);
  const ours = tallies[0]!;
  let untold = 0;
  for (let second = script.warmUpSeconds; second < script.seconds; second++) {
    if (ours.errorsKept[second]! >= ours.errors[second]!) continue;
    if (!errorsSampled.subarray(second, second + TOLD_WITHIN_SECONDS + 1).includes(1)) untold++;
  }
  return [
    ...rows(tallies, "ERROR lines kept while they fit the lane (steady hour)", "", kept, [">=", 1]),
    judged(
      { measure: "seconds in which an ERROR was dropped while errors_sampled was 0", value: untold, unit: "s" },
      "<=",
      0,
    ),
  ];
}

export function countRows({ tallies }: Contest): ScoreboardRow[] {
  const note = "from weights alone, patterns × 5 minutes of the steady hour";
  return [
    ...rows(
      tallies,
      "count error (wMAPE), 200 most frequent patterns",
      "",
      (t) => t.countError("top"),
      ["<=", 0.035],
      note,
    ),
    ...rows(tallies, "count error (wMAPE), the next 800 patterns", "", (t) => t.countError("next"), ["<=", 0.09], note),
  ];
}

/**
 * How much less is kept of every other service while one gets loud.
 * @param calm the same traffic without that
 */
export function fairnessRows({ tallies, script, world }: Contest, calm: Contest): ScoreboardRow[] {
  const span = script.loudService;
  if (span === undefined) return [];
  const losses = (tally: Tally): number[] => {
    const control = calm.tallies.find(({ sampler }) => sampler === tally.sampler) ?? tally;
    return Array.from({ length: SERVICES }, (_, service) =>
      service === world.loudService ? 0 : 1 - keptBytes(tally, service, span) / keptBytes(control, service, span),
    );
  };
  const ours = losses(tallies[0]!);
  const mean = ours.reduce((sum, loss) => sum + loss, 0) / (SERVICES - 1);
  const worst = World.serviceName(ours.indexOf(Math.max(...ours)));
  const note = `compared with the same traffic without the incident; lipservice: largest ${worst}, mean ${mean.toFixed(3)}`;
  const measure = "one service at ×100: largest loss of kept bytes of another service";
  return rows(tallies, measure, "", (tally) => Math.max(...losses(tally)), ["<=", 0.1], note);
}

export function overheadRows({ drive, tallies }: Contest): ScoreboardRow[] {
  const sent = tallies[0]!.bytes.reduce((sum, bytes) => sum + bytes, 0);
  const note = `${drive.summaryRows} rows of ${Math.round(drive.summaryBytes / drive.summaryRows)} bytes`;
  return [
    judged({ measure: "summaries' share of sent bytes", value: drive.summaryBytes / sent, unit: "", note }, "<=", 0.05),
  ];
}

type Judge = readonly ["<=" | ">=", number];

function rows(
  tallies: readonly Tally[],
  measure: string,
  unit: string,
  value: (tally: Tally) => number,
  [relation, bound]: Judge,
  note?: string,
): ScoreboardRow[] {
  return tallies.map((tally) => {
    const row = { measure, unit, value: value(tally) };
    if (tally.sampler !== OURS) return { ...row, sampler: tally.sampler };
    return judged(note === undefined ? row : { ...row, note }, relation, bound);
  });
}

function meanOf(tally: Tally, { from, to }: Span): number {
  return tally.sum(tally.bytes, from, to) / (to - from);
}

/** Hours of the script after the warm-up. */
function hoursOf({ steady, seconds }: Contest["script"]): Span[] {
  const width = steady.to - steady.from;
  const hours: Span[] = [];
  for (let from = steady.from; from + width <= seconds; from += width) hours.push({ from, to: from + width });
  return hours;
}

function hourOf(hours: readonly Span[], { from }: Span): Span {
  const hour = hours.find((each) => from >= each.from && from < each.to);
  if (hour === undefined) throw new Error(`Find the hour of second ${from}: none, wanted one of ${hours.length}`);
  return hour;
}

function keptBytes(tally: Tally, service: number, { from, to }: Span): number {
  let kept = 0;
  for (let second = from; second < to; second++) kept += tally.serviceBytes[second * SERVICES + service]!;
  return kept;
}
