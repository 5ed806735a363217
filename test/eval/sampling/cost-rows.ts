/** What sampling costs: CPU time of a decision and of a tick, memory under a flood of signatures, bytes of stamps. */

import { RequestWork } from "../../../src/core/request/request-work.ts";
import { SeededRandom } from "../../../tools/loadgen/world/seeded-random.ts";
import { cpuSeconds } from "../../bench/measure.ts";
import { indexRequest } from "../../kit/otlp/index-request.ts";
import { SamplingRig } from "../../kit/sampling/sampling-rig.ts";
import { engineWith, LiveDrive } from "./live-drive.ts";
import { bytesPerSecond, recordWorld } from "./reduced-world.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";

const PATTERNS = 50_000;
const LINES_PER_TICK = 3000;
const SECONDS_PER_ROUND = 60;
const SENDER = { trusted: false, peer: 0 } as const;
const TICKS = 100;
const WARM_TICKS = 20;

/**
 * Decisions a second of CPU time. A second of traffic at a time: its requests are indexed and signed, which is not
 * timed, then decided as they are in the product, right after that, ticks included.
 */
export async function decisionRow(seed: number, seconds: number): Promise<ScoreboardRow> {
  const traffic = recordWorld({ seed, seconds: 60, linesPerSecond: LINES_PER_TICK, patterns: 2000 });
  const budget = Math.round(0.1 * bytesPerSecond(traffic, 60));
  const engine = await engineWith([`sampling.budget.bytes_per_second=${budget}`], seed);
  const works: RequestWork[] = [];
  const rates: number[] = [];
  let timeMs = traffic[0]!.timeMs;
  let at = 0;
  for (const until = cpuSeconds() + 3 * seconds; cpuSeconds() < until; ) {
    let records = 0;
    let spent = 0;
    for (let second = 0; second < SECONDS_PER_ROUND; second++) {
      let count = 0;
      for (let lines = 0; lines < LINES_PER_TICK; count++) {
        works[count] ??= new RequestWork();
        const { bytes } = traffic[at++ % traffic.length]!;
        const { pass, batch } = works[count]!;
        indexRequest(pass, batch, bytes, bytes.length);
        engine.signature.assign(batch, 0, batch.recordCount);
        lines += batch.recordCount;
      }
      const began = cpuSeconds();
      for (const work of works.slice(0, count)) {
        timeMs += (1000 * work.batch.recordCount) / LINES_PER_TICK;
        const now = { monoMs: timeMs, wallMs: timeMs };
        engine.advance(now, 0);
        const { batch, decisions } = work;
        engine.sampler.decide({ batch, from: 0, to: batch.recordCount, index: 0, now, sender: SENDER }, decisions);
        records += work.batch.recordCount;
      }
      spent += cpuSeconds() - began;
    }
    rates.push(records / spent / 1e6);
  }
  const warm = rates.slice(rates.length >> 2).sort((a, b) => a - b);
  const note = `median of ${warm.length} rounds of ${SECONDS_PER_ROUND} s of traffic; best ${warm.at(-1)!.toFixed(1)} M/s`;
  const value = warm[warm.length >> 1]!;
  return judged({ measure: "decisions per second and core, without parsing", value, unit: "M/s", note }, ">=", 5);
}

/** CPU time of a tick over 50,000 live patterns. */
export function tickRow(seed: number): ScoreboardRow {
  const rig = new SamplingRig({ bytesPerSecond: 100_000, seed, patterns: PATTERNS + 16 });
  const random = new SeededRandom(seed, "tick");
  for (let from = 0; from < PATTERNS; from += 2000)
    rig.send(Array.from({ length: 2000 }, (_, i) => ({ pattern: from + i })));
  const times: number[] = [];
  for (let tick = 0; tick < TICKS + WARM_TICKS; tick++) {
    rig.send(Array.from({ length: LINES_PER_TICK }, () => ({ pattern: Math.floor(PATTERNS * random.unit() ** 2) })));
    rig.nowMs += 1000;
    const began = cpuSeconds();
    rig.sampler.advance(rig.now, 0);
    if (tick >= WARM_TICKS) times.push(1000 * (cpuSeconds() - began));
  }
  times.sort((a, b) => a - b);
  const live = rig.view.counters().livePatterns;
  const note = `median of ${TICKS} ticks, ${live} live patterns; 90th percentile ${times[Math.floor(0.9 * TICKS)]!.toFixed(1)} ms`;
  return judged({ measure: "one tick at 50,000 patterns", value: times[TICKS >> 1]!, unit: "ms CPU", note }, "<=", 2);
}

/** Bytes that stamps add to a kept record. */
export async function stampRow(seed: number): Promise<ScoreboardRow> {
  const requests = recordWorld({ seed, seconds: 60, linesPerSecond: 1000, patterns: 500 });
  const budget = Math.round(0.1 * bytesPerSecond(requests, 60));
  const drive = new LiveDrive(await engineWith([`sampling.budget.bytes_per_second=${budget}`], seed), () => {});
  const survivors = new RequestWork();
  let stamps = 0;
  let kept = 0;
  for (const { bytes, timeMs } of requests) {
    const { batch, decisions, payload } = drive.feed(bytes, bytes.length, timeMs);
    stamps -= contentBytes(batch.recordCount, (i) =>
      decisions.keep[i] === 1 ? batch.recordEnd[i]! - batch.recordStart[i]! : 0,
    );
    if (payload === undefined) continue;
    indexRequest(survivors.pass, survivors.batch, payload, payload.length);
    const sent = survivors.batch;
    kept += sent.recordCount;
    stamps += contentBytes(sent.recordCount, (i) => sent.recordEnd[i]! - sent.recordStart[i]!);
  }
  return judged(
    { measure: "stamps of a kept record", value: stamps / kept, unit: "bytes", note: `${kept} records` },
    "<=",
    75,
  );
}

function contentBytes(count: number, bytesOf: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += bytesOf(i);
  return sum;
}
