/** What the plots show, thinned out of a contest: sent bytes over the budget around each incident. */
import type { Contest } from "./contest.ts";
import type { Span } from "./world/script.ts";

const BEFORE_SECONDS = 300;
const AFTER_SECONDS = 600;
/** A point of a curve is the mean over this long. */
const STEP_SECONDS = 10;

export interface PlotSeries {
  readonly incidents: readonly {
    readonly name: string;
    readonly file: string;
    readonly stepSeconds: number;
    /** Seconds relative to the start of the incident: of the first point, and of the incident's end. */
    readonly fromSecond: number;
    readonly endSecond: number;
    readonly curves: readonly { readonly sampler: string; readonly points: readonly number[] }[];
  }[];
}

export function seriesOf({ script, tallies, budget }: Contest): PlotSeries {
  const incidents: readonly (readonly [string, string, Span | undefined])[] = [
    ["ERROR storm, 20 × all traffic for 5 minutes", "storm", script.storm],
    ["One pattern at ×100 for 5 minutes", "burst", script.burst],
    ["2,000 new signatures a second for 60 seconds, all services", "explosion", script.explosions[1]],
  ];
  return {
    incidents: incidents.flatMap(([name, file, span]) => {
      if (span === undefined) return [];
      const curves = tallies.map(({ sampler, bytes }) => {
        const points: number[] = [];
        for (let at = span.from - BEFORE_SECONDS; at < span.to + AFTER_SECONDS; at += STEP_SECONDS) {
          let sum = 0;
          for (let second = at; second < at + STEP_SECONDS; second++) sum += bytes[second] ?? 0;
          points.push(Number((sum / STEP_SECONDS / budget).toPrecision(4)));
        }
        return { sampler, points };
      });
      const endSecond = span.to - span.from;
      return [{ name, file, stepSeconds: STEP_SECONDS, fromSecond: -BEFORE_SECONDS, endSecond, curves }];
    }),
  };
}
