/**
 * How the micro-benchmarks count: CPU time, never wall time, in many short rounds of which the median is the result.
 * Neighbours on a shared machine only ever slow a round down, so the best round stands beside it.
 */

/** One line of a micro-benchmark's result. */
export interface Measurement {
  readonly name: string;
  /** What is counted: "records" or "lines". */
  readonly unit: string;
  /** Mean size of one of them. */
  readonly bytes: number;
  /** Units a second of CPU time: median and best round. */
  readonly median: number;
  readonly best: number;
}

export interface Work {
  readonly name: string;
  readonly unit: "records" | "lines";
  /** Of one call of `run`. */
  readonly items: number;
  readonly bytes: number;
  /** @param turn 0, 1, 2… over all rounds */
  run(turn: number): void;
}

/** Short enough for many rounds, long enough for the clock of the kernel. */
const ROUND_SECONDS = 0.05;
/** Share of the time spent before counting: the compiler works at first. */
const WARM_UP = 0.3;

export function measure(work: Work, seconds: number): Measurement {
  let turn = 0;
  const warmUntil = cpuSeconds() + seconds * WARM_UP;
  while (cpuSeconds() < warmUntil) work.run(turn++);
  const turnsBetween = turnsBetweenLooks(work, turn);
  const rates: number[] = [];
  const until = cpuSeconds() + seconds * (1 - WARM_UP);
  for (let began = cpuSeconds(); began < until; ) {
    const first = turn;
    let now = began;
    while (now - began < ROUND_SECONDS) {
      for (const end = turn + turnsBetween; turn < end; turn++) work.run(turn);
      now = cpuSeconds();
    }
    rates.push(((turn - first) * work.items) / (now - began));
    began = now;
  }
  rates.sort((a, b) => a - b);
  return {
    name: work.name,
    unit: work.unit,
    bytes: Math.round(work.bytes / work.items),
    median: Math.round(rates[rates.length >> 1] ?? 0),
    best: Math.round(rates.at(-1) ?? 0),
  };
}

/** Reading the clock is a system call: about a hundredth of the round passes between two. */
function turnsBetweenLooks(work: Work, turn: number): number {
  const began = cpuSeconds();
  let turns = 0;
  while (cpuSeconds() - began < ROUND_SECONDS) work.run(turn + turns++);
  return Math.max(1, Math.round(turns / 100));
}

/** Of this thread and its helpers (garbage collection, compilation): they are part of the price. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
