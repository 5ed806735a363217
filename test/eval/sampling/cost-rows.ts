/** What sampling costs: CPU time of a decision and of a tick, memory under a flood of signatures, bytes of stamps. */
import { RequestWork } from "../../../src/core/engine/request-work.ts";
import type { ByteWriter } from "../../../src/core/otlp/byte-writer.ts";
import { indexRequest } from "../../../src/core/otlp/index-pass.ts";
import { SeededRandom } from "../../../src/loadgen/seeded-random.ts";
import { cpuSeconds, measure } from "../../bench/measure.ts";
import { SamplingRig } from "../../kit/sampling-rig.ts";
import { engineWith, LiveDrive } from "./live-drive.ts";
import { bytesPerSecond, recordWorld } from "./reduced-world.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";

const PATTERNS = 50_000;
const LINES_PER_TICK = 3000;
const TICKS = 100;
const WARM_TICKS = 20;

/** Decisions a second of CPU time, of records that are indexed and signed. */
export async function decisionRow(seed: number, seconds: number): Promise<ScoreboardRow> {
  const requests = recordWorld({ seed, seconds: 30, linesPerSecond: 3000, patterns: 2000 });
  const budget = Math.round(0.1 * bytesPerSecond(requests, 30));
  const engine = await engineWith([`sampling.budget.bytes_per_second=${budget}`], seed);
  const drive = new LiveDrive(engine, () => {});
  for (const { bytes, timeMs } of requests) drive.feed(bytes, bytes.length, timeMs);
  const works = requests.slice(-200).map(({ bytes }) => {
    const work = new RequestWork();
    indexRequest(work.pass, work.batch, bytes, bytes.length);
    engine.signature.assign(work.batch, 0, work.batch.recordCount);
    return work;
  });
  const records = works.reduce((sum, { batch }) => sum + batch.recordCount, 0);
  let timeMs = requests.at(-1)!.timeMs;
  const result = measure(
    {
      name: "decide",
      unit: "records",
      items: records,
      bytes: works.reduce((sum, { batch }) => sum + batch.length, 0),
      run: () => {
        for (const work of works) {
          timeMs += (1000 * work.batch.recordCount) / LINES_PER_TICK;
          const now = { monoMs: timeMs, wallMs: timeMs };
          engine.advance(now, 0);
          engine.sampler.decide(work.outcome(0), work.batch, 0, work.batch.recordCount, work.batch.length, now);
        }
      },
    },
    seconds,
  );
  const note = `ticks included; best round ${(result.best / 1e6).toFixed(1)} M/s`;
  return judged(
    { measure: "decisions a second and core, without parsing", value: result.median / 1e6, unit: "M/s", note },
    ">=",
    5,
  );
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
  const live = rig.sampler.parts.state.liveCount;
  const note = `median of ${TICKS} ticks, ${live} live patterns; 90th percentile ${times[Math.floor(0.9 * TICKS)]!.toFixed(1)} ms`;
  return judged({ measure: "a tick at 50,000 patterns", value: times[TICKS >> 1]!, unit: "ms CPU", note }, "<=", 2);
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
    const batch = drive.feed(bytes, bytes.length, timeMs);
    stamps -= contentBytes(batch.recordCount, (i) =>
      batch.keep[i] === 1 ? batch.recordEnd[i]! - batch.recordStart[i]! : 0,
    );
    const out: ByteWriter = drive.output;
    if (out.length === 0) continue;
    indexRequest(survivors.pass, survivors.batch, out.copy(), out.length);
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
