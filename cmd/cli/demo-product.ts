/**
 * What `lipservice demo` does: the product as composed for real, a stand-in for PostHog, and a shop's traffic with
 * planted incidents, all in one process on loopback. Ends well only when the ledger is exact and every incident has a
 * kept line.
 */
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Product } from "../../src/compose.ts";
import { compose } from "../../src/compose.ts";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { nodeConfigHost } from "../../src/config/node-config-host.ts";
import type { LedgerSnapshot } from "../../src/model/telemetry.ts";
import { shutdownAll, startAll } from "../../src/runtime/lifecycle.ts";
import { resolveMemoryLimit } from "../../src/runtime/memory-limit.ts";
import { createLogger, standardOutput } from "../../src/telemetry/process-logger.ts";
import type { DemoTraffic } from "../../tools/loadgen/demo-traffic.ts";
import { demoSummary, startDemoTraffic } from "../../tools/loadgen/demo-traffic.ts";
import type { LoadTarget } from "../../tools/loadgen/settings.ts";
import { STANDIN_TOKEN } from "../../tools/standin/settings.ts";
import type { Standin } from "../../tools/standin/standin.ts";
import { startStandin } from "../../tools/standin/standin.ts";
import type { CliIo, ExitCode } from "./cli-io.ts";
import { policyParser } from "./policy-parser.ts";
import { productVersion } from "./product-version.ts";

const FIRST_PORT = 8888;
const LAST_PORT = 8988;
const DEFAULT_SECONDS = 60;
const KEEP_RATIO = 0.1;
const RECORDS_PER_SECOND = 1500;
const REPORT_MS = 5000;
const DRAIN_MS = 15_000;
/** Summaries of a short demo should be seen. */
const SUMMARY_INTERVAL = "15s";

export interface DemoOptions {
  /** Of the admin port and console; undefined: 8888, else the next free. */
  readonly port?: number;
  /** Seconds; undefined: until Ctrl-C on a terminal, 60 elsewhere. */
  readonly duration?: number;
}

export async function runDemo(options: DemoOptions, io: CliIo): Promise<ExitCode> {
  const seconds = options.duration ?? (process.stdout.isTTY === true ? undefined : DEFAULT_SECONDS);
  let traffic: DemoTraffic | undefined;
  const standin = await startStandin({ environment: io.environment, onRow: (row) => traffic?.observe(row) });
  try {
    const port = options.port ?? (await freePort(FIRST_PORT));
    const config = await demoConfig(standin, port);
    const product = composeDemo(config, io);
    const started = await startAll(product.components, silentBelowErrors());
    if (!started.started) {
      io.err(`lipservice: ${started.component} could not start: ${started.message}`);
      return 1;
    }
    product.gate.open();
    announce(io, port, standin);
    traffic = startDemoTraffic(
      {
        targets: targetsOf(product),
        seed: "demo",
        recordsPerSecond: RECORDS_PER_SECOND,
        durationMs: seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000,
      },
      io.environment,
    );
    await watch(traffic, product, io);
    product.beginDrain();
    await shutdownAll(product.components, { deadlineMs: DRAIN_MS }, silentBelowErrors());
    return conclude(traffic, product, standin, io);
  } finally {
    await standin.close();
  }
}

function announce(io: CliIo, port: number, standin: Standin): void {
  io.out(`LipService demo: a shop of many services sends ${RECORDS_PER_SECOND} records/s, incidents included;`);
  io.out(`a tenth of the bytes may pass. Admin port http://127.0.0.1:${port}, PostHog's stand-in ${standin.url}`);
  io.out("");
}

async function demoConfig(standin: Standin, port: number): Promise<Config> {
  const overrides = [
    "receivers.otlp.protocols.grpc.endpoint=127.0.0.1:0",
    "receivers.otlp.protocols.http.endpoint=127.0.0.1:0",
    `sampling.budget.keep_ratio=${KEEP_RATIO}`,
    `sampling.summaries.interval=${SUMMARY_INTERVAL}`,
    `exporters.posthog.host=${standin.url}`,
    `exporters.posthog.api_key=${STANDIN_TOKEN}`,
    `admin.endpoint=127.0.0.1:${port}`,
    "policy.path=",
  ];
  const result = await loadConfig({ sources: [], overrides, purpose: "run" }, nodeConfigHost({}));
  if (result.ok) return result.config;
  throw new Error(result.errors[0]?.message ?? "the demo's configuration is not valid");
}

function composeDemo(config: Config, io: CliIo): Product {
  return compose(config, {
    environment: io.environment,
    logger: silentBelowErrors(),
    version: productVersion(),
    memoryLimitBytes: resolveMemoryLimit("auto").bytes,
    readConfig: () => Promise.resolve({ ok: true, config }),
    watchedFiles: { paths: [] },
    parsePolicy: policyParser,
  });
}

function silentBelowErrors(): ReturnType<typeof createLogger> {
  return createLogger({ level: "error" }, standardOutput(2));
}

function targetsOf(product: Product): LoadTarget[] {
  const targets: LoadTarget[] = [];
  for (const receiver of product.receivers) {
    const address = receiver.address();
    if (address === undefined) continue;
    const authority = `${address.host}:${address.port}`;
    const isGrpc = receiver.id.includes("grpc");
    targets.push(
      isGrpc ? { transport: "grpc", endpoint: authority } : { transport: "http", endpoint: `http://${authority}` },
    );
  }
  return targets;
}

/** A line every few seconds until the traffic ends or somebody interrupts. */
async function watch(traffic: DemoTraffic, product: Product, io: CliIo): Promise<void> {
  const ended = new AbortController();
  const stop = (): void => traffic.run.stop();
  io.signal.addEventListener("abort", stop, { once: true });
  const finished = traffic.run.finished.then(() => ended.abort());
  const startedMs = io.environment.now().monoMs;
  while (!ended.signal.aborted) {
    await delay(REPORT_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    const seconds = Math.round((io.environment.now().monoMs - startedMs) / 1000);
    if (!ended.signal.aborted) io.out(progressLine(seconds, traffic, product));
  }
  await finished;
  io.signal.removeEventListener("abort", stop);
}

function progressLine(seconds: number, traffic: DemoTraffic, product: Product): string {
  const ledger = product.parts.telemetry.ledger.snapshot();
  const { verdicts } = traffic.outcome();
  const caught = verdicts.filter((verdict) => verdict.caught);
  // What was not drawn stays in the context ring for a while: an incident may still call for it.
  const spared = ledger.held + ledger.sampledOut;
  const saved = ledger.received === 0 ? 0 : (100 * spared) / ledger.received;
  const names = caught.length === 0 ? "" : `: ${caught.map((verdict) => verdict.incident.id).join(", ")}`;
  return `${String(seconds).padStart(4)} s  received ${ledger.received}  forwarded ${ledger.forwarded}  held back ${spared}  (${saved.toFixed(1)} %)  caught ${caught.length} of ${verdicts.length}${names}`;
}

function conclude(traffic: DemoTraffic, product: Product, standin: Standin, io: CliIo): ExitCode {
  const outcome = traffic.outcome();
  const ledger = product.parts.telemetry.ledger.snapshot();
  io.out("");
  for (const line of demoSummary(outcome, standin.stats().bytes.billed)) io.out(line);
  io.out(`ledger     ${ledgerLine(ledger)}`);
  if (ledger.error !== 0) io.err("lipservice: the ledger is not exact");
  if (!outcome.everyIncidentCaught) io.err("lipservice: an incident left no kept line");
  return ledger.error === 0 && outcome.everyIncidentCaught ? 0 : 1;
}

function ledgerLine(ledger: LedgerSnapshot): string {
  const right = `forwarded ${ledger.forwarded} + sampled out ${ledger.sampledOut} + rejected ${ledger.rejected} + dropped ${ledger.dropped} + held ${ledger.held} + queued ${ledger.queued}`;
  return `received ${ledger.received} + generated ${ledger.generated} = ${right}: off by ${ledger.error}`;
}

/** The first port from `first` on that can be bound. */
async function freePort(first: number): Promise<number> {
  for (let port = first; port < LAST_PORT; port++) if (await canBind(port)) return port;
  throw new Error(`no port from ${first} to ${LAST_PORT} is free; choose one with --port`);
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
