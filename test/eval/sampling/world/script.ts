/** What happens in a world beside its ordinary traffic, and when. Seconds count from the start, warm-up included. */

/** [from, to) in seconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Script {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Hours of nothing but ordinary traffic, rare patterns and incidents of new ones. */
  readonly steady: Span;
  /** One pattern at a hundred times its rate. */
  readonly burst?: Span;
  /** ERRORs, twenty times all traffic. */
  readonly storm?: Span;
  /** New signatures, a number of them a second, each once: from one service, and from all of them. */
  readonly explosions: readonly (Span & { readonly services: "one" | "all" })[];
  /** One service at a hundred times its rate. */
  readonly loudService?: Span;
  /** Patterns that say 1 to 10 lines in their span, and never again. */
  readonly rare: readonly (Span & { readonly name: string; readonly count: number })[];
  /** Patterns never seen before, that go on for five minutes. */
  readonly incidents: readonly (Span & { readonly count: number })[];
  /** Scale of all ordinary rates in a second. */
  readonly load?: (second: number) => number;
}

export const NO_INCIDENTS = { explosions: [], rare: [], incidents: [] } as const;

const WARM_UP = 900;
const HOUR = 3600;

/**
 * Six hours: a steady one, and one around each incident, which happens in its middle.
 * @param hour seconds of an hour: less in the quick form
 */
export function incidentsScript(hour: number = HOUR): Script {
  const middle = (n: number, seconds: number): Span => {
    const from = WARM_UP + Math.round((n + 0.5) * hour - seconds / 2);
    return { from, to: from + seconds };
  };
  const whole = (n: number): Span => ({ from: WARM_UP + n * hour, to: WARM_UP + (n + 1) * hour });
  const flood = middle(3, 60);
  const deluge = middle(4, 60);
  return {
    seconds: WARM_UP + 6 * hour,
    warmUpSeconds: WARM_UP,
    steady: whole(0),
    burst: middle(1, 300),
    storm: middle(2, 300),
    explosions: [
      { ...flood, services: "one" },
      { ...deluge, services: "all" },
    ],
    loudService: middle(5, 300),
    rare: [
      { ...whole(0), name: "steady", count: 600 },
      { ...whole(3), name: "around explosion", count: 300 },
      { ...whole(4), name: "around explosion", count: 300 },
      { ...flood, name: "inside explosion of one service", count: 100 },
      { ...deluge, name: "inside explosion of all services", count: 100 },
    ],
    incidents: [{ ...whole(0), count: 30 }],
  };
}

/** One steady hour with its rare patterns: what a smaller budget is asked about. */
export function steadyScript(hour: number = HOUR): Script {
  const steady = { from: WARM_UP, to: WARM_UP + hour };
  return {
    ...NO_INCIDENTS,
    seconds: steady.to,
    warmUpSeconds: WARM_UP,
    steady,
    rare: [{ ...steady, name: "steady", count: 600 }],
  };
}

/** A quarter of an hour of ordinary traffic after the warm-up, with a service that gets loud in its last third, or without. */
export function loudServiceScript(isLoud: boolean): Script {
  const seconds = WARM_UP + 900;
  const quiet = { ...NO_INCIDENTS, seconds, warmUpSeconds: WARM_UP, steady: { from: WARM_UP, to: seconds } };
  return isLoud ? { ...quiet, loudService: { from: seconds - 300, to: seconds } } : quiet;
}
