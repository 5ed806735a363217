/**
 * The data plane step by step, over the load generator's requests: 512 records of about 280 bytes, 20 services with 40
 * templates each, every variable part distinct, one record in ten kept. Each step is timed by itself over batches that
 * the steps before it have filled; `engine` is all of them in one go, under a clock that runs as if 200,000 records a
 * second arrived.
 */
import { engineSettings, REPLAY_IDENTITY } from "../../src/assembly/engine-settings.ts";
import { loadConfig } from "../../src/config/load.ts";
import { nodeConfigHost } from "../../src/config/node-config-host.ts";
import { Engine } from "../../src/core/engine/engine.ts";
import { createRepairCounts, SurvivorEncoder } from "../../src/core/otlp/encode/encode-survivors.ts";
import type { StampPlan } from "../../src/core/otlp/encode/stamps.ts";
import { ByteWriter } from "../../src/core/otlp/wire/byte-writer.ts";
import { RequestWork } from "../../src/core/request/request-work.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { RecordSlice } from "../../src/model/record-slice.ts";
import { ProtobufEncoder } from "../../tools/loadgen/requests/encode-protobuf.ts";
import type { WireRequest } from "../../tools/loadgen/requests/wire-request.ts";
import { stamp } from "../../tools/loadgen/requests/wire-request.ts";
import { SimpleWorld } from "../../tools/loadgen/world/simple-world.ts";
import { DEFAULT_WORLD_SETTINGS } from "../../tools/loadgen/world/world-settings.ts";
import { indexRequest } from "../kit/otlp/index-request.ts";
import type { Measurement, Work } from "./measure.ts";
import { measure } from "./measure.ts";

const RECORDS = 512;
const REQUESTS = 64;
const RECORDS_PER_SECOND = 200_000;
const SENDER = { trusted: false, peer: 0 } as const;
const START_MS = 1_763_700_000_000;

export async function engineBench(seconds: number): Promise<readonly Measurement[]> {
  const engine = await makeEngine();
  const requests = makeRequests();
  const clock = new Clock();
  const whole = stepOf("engine: index, sign, decide, encode", requests, (request, turn) => {
    const now = clock.next();
    if (turn % REQUESTS === 0) for (const each of requests) stamp(each, now.wallMs, turn);
    const transaction = engine.begin(request.bytes, SENDER);
    while (!transaction.index());
    engine.advance(now, 0);
    transaction.step(now);
    transaction.commit(now, transaction.survivors()?.payload.length ?? 0);
    transaction.end();
  });
  const measured = measure(whole, seconds / 2);
  const filled = requests.map((request) => filledWork(engine, request, clock.last));
  return [measured, ...measureSteps(engine, requests, filled, clock, seconds / 8)];
}

function measureSteps(
  engine: Engine,
  requests: readonly WireRequest[],
  filled: readonly RequestWork[],
  clock: Clock,
  seconds: number,
): Measurement[] {
  const out = new ByteWriter(1024 * 1024);
  const repairs = createRepairCounts();
  const encoder = new SurvivorEncoder();
  const plan = stampPlan(engine);
  const workOf = (turn: number): RequestWork => filled[turn % REQUESTS] as RequestWork;
  const step = (name: string, run: (work: RequestWork, request: WireRequest, turn: number) => void): Measurement =>
    measure(
      stepOf(name, requests, (request, turn) => run(workOf(turn), request, turn)),
      seconds,
    );
  return [
    step("index", ({ pass, batch }, { bytes }) => indexRequest(pass, batch, bytes, bytes.length)),
    step("sign", ({ batch }) => engine.signature.assign(batch, 0, RECORDS)),
    step("decide", (work) => {
      const now = clock.next();
      engine.advance(now, 0);
      engine.sampler.decide(sliceOf(work, now), work.decisions);
    }),
    step("decide and encode", (work) => {
      const now = clock.next();
      engine.advance(now, 0);
      engine.sampler.decide(sliceOf(work, now), work.decisions);
      out.reset();
      encoder.encode(sliceOf(work, now), work.decisions, plan, { out, repairs });
      engine.spend(out.length);
    }),
  ];
}

function sliceOf({ batch }: RequestWork, now: Instant): RecordSlice {
  return { batch, from: 0, to: RECORDS, index: 0, now, sender: SENDER };
}

async function makeEngine(): Promise<Engine> {
  const request = { sources: [], overrides: ["sampling.budget.keep_ratio=0.1"], purpose: "offline" } as const;
  const loaded = await loadConfig(request, nodeConfigHost({}));
  if (!loaded.ok) throw new Error("the benchmark's configuration is not valid any more: adapt it");
  return new Engine(engineSettings(loaded.config, REPLAY_IDENTITY, Number.POSITIVE_INFINITY));
}

function makeRequests(): WireRequest[] {
  const world = new SimpleWorld("bench", { ...DEFAULT_WORLD_SETTINGS, maxBatchRecords: RECORDS });
  const encoder = new ProtobufEncoder();
  return Array.from({ length: REQUESTS }, (_, index) => encoder.encode([world.batch(index, RECORDS, START_MS)]));
}

/** Indexed and signed: what deciding starts from. */
function filledWork(engine: Engine, request: WireRequest, now: Instant): RequestWork {
  const work = new RequestWork();
  stamp(request, now.wallMs, 0);
  indexRequest(work.pass, work.batch, request.bytes, request.bytes.length);
  engine.signature.assign(work.batch, 0, RECORDS);
  return work;
}

function stampPlan(engine: Engine): StampPlan {
  return {
    mode: "minimal",
    observe: false,
    source: {
      policyVersion: "none",
      idBytes: (row) => engine.signature.patterns.idBytes(row),
      template: (row) => engine.signature.patterns.template(row),
      randomness: () => "",
      uid: () => "",
    },
  };
}

function stepOf(
  name: string,
  requests: readonly WireRequest[],
  run: (request: WireRequest, turn: number) => void,
): Work {
  const bytes = requests.reduce((sum, request) => sum + request.bytes.length, 0) / requests.length;
  return {
    name,
    unit: "records",
    items: RECORDS,
    bytes,
    run: (turn) => run(requests[turn % REQUESTS] as WireRequest, turn),
  };
}

/** Simulated: one request after the other at RECORDS_PER_SECOND. */
class Clock {
  last: Instant = { monoMs: 0, wallMs: START_MS };

  next(): Instant {
    const step = (1000 * RECORDS) / RECORDS_PER_SECOND;
    this.last = { monoMs: this.last.monoMs + step, wallMs: this.last.wallMs + step };
    return this.last;
  }
}
