/**
 * The product as its users run it: a process behind sockets, an exporter that compresses to a sink, a load generator in
 * a third process. What counts is the server's CPU time, all threads, from before the load until its survivors are
 * delivered; time of other processes on the machine does not enter it.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { LoadReport } from "../../tools/loadgen/client-ledger.ts";
import { cpuSeconds, memory } from "./process-meter.ts";
import type { RunningProduct, RunningServer } from "./processes.ts";
import { load, startBareServer, startProduct, startSink } from "./processes.ts";

export interface EndToEndPlan {
  /** Of each load at full rate. */
  readonly fullRateSeconds: number;
  readonly repeats: number;
  /** Of each load at a sidecar's rate. */
  readonly sidecarSeconds: number;
  readonly idleSeconds: number;
  readonly starts: number;
}

/** At full rate with four connections, 512 records a request. */
export interface FullRateResult {
  readonly name: string;
  /** Medians over the repeats. */
  readonly recordsPerCpuSecond: number;
  readonly bareRecordsPerCpuSecond: number;
  /** Product over bare, of the medians: how many times the transport's own CPU time a record costs. */
  readonly costRatio: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly memory: { readonly rssMib: number; readonly workingSetMib: number };
}

export interface SidecarResult {
  readonly recordsPerSecond: number;
  readonly batch: number;
  readonly millicores: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly workingSetMib: number;
}

export interface EndToEndResults {
  readonly startToReadyMs: { readonly median: number; readonly all: readonly number[] };
  readonly idle: { readonly workingSetMib: number; readonly rssMib: number; readonly millicores: number };
  readonly fullRate: readonly FullRateResult[];
  readonly sidecar: readonly SidecarResult[];
  readonly at50k: SidecarResult;
}

interface Case {
  readonly name: string;
  readonly transport: "http" | "grpc";
  readonly flags: readonly string[];
}

const CASES: readonly Case[] = [
  { name: "HTTP/protobuf", transport: "http", flags: [] },
  { name: "HTTP/protobuf, gzip", transport: "http", flags: ["--gzip"] },
  { name: "gRPC", transport: "grpc", flags: [] },
  { name: "HTTP/JSON", transport: "http", flags: ["--encoding", "json"] },
];
const SIDECAR_RATES: readonly number[] = [50, 500, 5_000];
const SIDECAR_BATCHES: readonly number[] = [20, 200];
/** The sink has what was kept this long after the last answer: the exporter waits less for a batch to fill. */
const DELIVERY_MS = 1_500;
/** Requests of this size teach the compiler the paths of a request; those of a record are learned at full size. */
const WARM_UP_BATCH = 20;

export async function endToEnd(plan: EndToEndPlan, tell: (line: string) => void): Promise<EndToEndResults> {
  const sink = await startSink();
  try {
    tell("start to ready");
    const startToReadyMs = await starts(plan.starts, sink.url);
    tell(`idle for ${plan.idleSeconds} s`);
    const product = await startProduct(sink.url);
    try {
      const idle = await idleOf(product, plan.idleSeconds);
      const sidecar: SidecarResult[] = [];
      for (const rate of SIDECAR_RATES) {
        for (const batch of SIDECAR_BATCHES) {
          tell(`${rate} records/s in batches of ${batch}`);
          sidecar.push(await atRate(product, rate, batch, plan.sidecarSeconds));
        }
      }
      tell("50,000 records/s");
      const at50k = await atRate(product, 50_000, 512, plan.sidecarSeconds);
      return { startToReadyMs, idle, sidecar, at50k, fullRate: await fullRate(plan, product, tell) };
    } finally {
      await product.stop();
    }
  } finally {
    await sink.stop();
  }
}

async function starts(count: number, sink: string): Promise<EndToEndResults["startToReadyMs"]> {
  const all: number[] = [];
  for (let start = 0; start < count; start++) {
    const product = await startProduct(sink);
    await product.stop();
    all.push(Math.round(product.readyMs));
  }
  return { median: median(all), all };
}

async function idleOf({ pid }: RunningProduct, seconds: number): Promise<EndToEndResults["idle"]> {
  const before = cpuSeconds(pid);
  await delay(seconds * 1000);
  const { workingSetMib, rssMib } = memory(pid);
  const millicores = ((cpuSeconds(pid) - before) / seconds) * 1000;
  return { workingSetMib: round(workingSetMib), rssMib: round(rssMib), millicores: round(millicores) };
}

async function atRate(product: RunningServer, rate: number, batch: number, seconds: number): Promise<SidecarResult> {
  const args = ["--endpoint", product.http, "--batch", String(batch), "--duration", `${seconds}s`];
  const { report, cpu } = await measured(product, [...args, "--rate", String(rate)]);
  return {
    recordsPerSecond: rate,
    batch,
    millicores: round((cpu / report.seconds) * 1000),
    p50Ms: round(report.latencyMs.p50),
    p99Ms: round(report.latencyMs.p99),
    workingSetMib: round(memory(product.pid).workingSetMib),
  };
}

/** Product and bare server take turns, so that both meet the same neighbours. */
async function fullRate(
  plan: EndToEndPlan,
  product: RunningProduct,
  tell: (line: string) => void,
): Promise<FullRateResult[]> {
  const bare = await startBareServer();
  try {
    const results: FullRateResult[] = [];
    for (const each of CASES) {
      for (const server of [product, bare])
        await load([...argsOf(each, server, plan), "--batch", String(WARM_UP_BATCH)]);
      for (const server of [product, bare]) await load(argsOf(each, server, plan));
      const ours: { rate: number; report: LoadReport }[] = [];
      const theirs: number[] = [];
      for (let repeat = 0; repeat < plan.repeats; repeat++) {
        const { report, cpu } = await measured(product, argsOf(each, product, plan));
        ours.push({ rate: report.records.accepted / cpu, report });
        const bareRun = await measured(bare, argsOf(each, bare, plan));
        theirs.push(bareRun.report.records.accepted / bareRun.cpu);
      }
      const rate = median(ours.map((run) => run.rate));
      const result = {
        name: each.name,
        recordsPerCpuSecond: Math.round(rate),
        bareRecordsPerCpuSecond: Math.round(median(theirs)),
        costRatio: round(median(theirs) / rate),
        p50Ms: round(median(ours.map((run) => run.report.latencyMs.p50))),
        p99Ms: round(median(ours.map((run) => run.report.latencyMs.p99))),
        memory: roundedMemory(product.pid),
      };
      tell(`${each.name}: ${result.recordsPerCpuSecond.toLocaleString("en")} records per CPU second`);
      results.push(result);
    }
    return results;
  } finally {
    await bare.stop();
  }
}

function argsOf(each: Case, server: RunningServer, plan: EndToEndPlan): string[] {
  const endpoint = each.transport === "grpc" ? server.grpc : server.http;
  return [
    ...["--transport", each.transport, "--endpoint", endpoint, "--rate", "0"],
    ...["--duration", `${plan.fullRateSeconds}s`, ...each.flags],
  ];
}

async function measured(server: RunningServer, args: readonly string[]): Promise<{ report: LoadReport; cpu: number }> {
  const before = cpuSeconds(server.pid);
  const report = await load(args);
  await delay(DELIVERY_MS);
  return { report, cpu: cpuSeconds(server.pid) - before };
}

function roundedMemory(pid: number): FullRateResult["memory"] {
  const { rssMib, workingSetMib } = memory(pid);
  return { rssMib: round(rssMib), workingSetMib: round(workingSetMib) };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
