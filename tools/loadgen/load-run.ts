/**
 * A load under way: connections that take requests from one source until it ends, and the ledger of what became of
 * them.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../src/model/environment.ts";
import type { LoadReport } from "./client-ledger.ts";
import { ClientLedger } from "./client-ledger.ts";
import type { DeliveryParts } from "./delivery.ts";
import { deliver } from "./delivery.ts";
import { GrpcSender } from "./requests/grpc-sender.ts";
import { HttpSender } from "./requests/http-sender.ts";
import { PoolSource } from "./requests/pool-source.ts";
import { RequestPool } from "./requests/request-pool.ts";
import type { RequestSource } from "./requests/request-source.ts";
import type { Sender } from "./requests/sender.ts";
import { WorldSource } from "./requests/world-source.ts";
import type { LoadOptions, LoadSettings, LoadTarget } from "./settings.ts";
import { flawsOf, resolveLoadSettings } from "./settings.ts";
import { SimpleWorld } from "./world/simple-world.ts";
import type { PlantedIncident } from "./world/traffic.ts";
import { createWorld } from "./world/world.ts";
import { DEFAULT_WORLD_SETTINGS } from "./world/world-settings.ts";

export interface LoadRun {
  /** So far. */
  report(): LoadReport;
  /** Planted so far; empty in the simple world. */
  incidents(): readonly PlantedIncident[];
  /** Ends the supply; what is in flight gets `drainMs`. */
  stop(): void;
  /** Resolves with the last report when every connection is closed. Never rejects. */
  readonly finished: Promise<LoadReport>;
}

/**
 * Starts sending at once. Building the simple world's pool takes about a second per 64 MiB.
 * @throws RangeError when the options contradict each other, one sentence a flaw
 */
export function startLoad(options: LoadOptions, environment: Environment): LoadRun {
  const settings = resolveLoadSettings(options);
  const flaws = flawsOf(settings);
  if (flaws.length > 0) throw new RangeError(flaws.join("\n"));
  const ledger = new ClientLedger();
  const supply = makeSupply(settings, ledger, environment);
  const giveUp = new AbortController();
  const startedMs = environment.now().monoMs;
  const report = (): LoadReport => ledger.report((environment.now().monoMs - startedMs) / 1000);

  const senders = makeSenders(settings, environment);
  const workers = senders.map((sender) =>
    work(supply.source, { sender, ledger, environment, patienceMs: settings.patienceMs, giveUp: giveUp.signal }),
  );
  const ended = new AbortController();
  const stop = (): void => {
    supply.source.stop();
    after(settings.drainMs, ended.signal, () => {
      giveUp.abort();
      for (const sender of senders) closeQuietly(sender);
    });
  };
  if (Number.isFinite(settings.durationMs)) after(settings.durationMs, ended.signal, stop);
  const finished = Promise.all(workers).then(() => {
    const last = report();
    ended.abort();
    return last;
  });
  return { report, incidents: supply.incidents, stop, finished };
}

interface Supply {
  readonly source: RequestSource;
  incidents(): readonly PlantedIncident[];
}

function makeSupply(settings: LoadSettings, ledger: ClientLedger, environment: Environment): Supply {
  const { encoding, batchRecords, poolBytes, recordsPerSecond, maxRecords, seed } = settings;
  // gRPC compresses in its channel.
  const gzip = settings.gzip && settings.targets.some((target) => target.transport === "http");
  const worldSettings = {
    ...DEFAULT_WORLD_SETTINGS,
    recordsPerSecond,
    maxBatchRecords: batchRecords,
    cycleMs: settings.cycleMs,
  };
  if (settings.world === "simple") {
    const world = new SimpleWorld(seed, worldSettings);
    const { wallMs } = environment.now();
    const minRequests = settings.connections + 1;
    const pool = new RequestPool({ encoding, gzip, batchRecords, poolBytes, minRequests }, (index, records) =>
      world.batch(index, records, wallMs),
    );
    return { source: new PoolSource(pool, { recordsPerSecond, maxRecords }, environment), incidents: () => [] };
  }
  const world = createWorld(settings.world, seed, worldSettings);
  const onSkipped = (records: number): void => ledger.skipped(records);
  const source = new WorldSource(world, { encoding, gzip, flushMs: FLUSH_MS, maxRecords, onSkipped }, environment);
  return { source, incidents: () => world.incidents() };
}

/** Services of the incidents world export twice a second. */
const FLUSH_MS = 500;

/** One a connection, over the targets in turn. */
function makeSenders(settings: LoadSettings, environment: Environment): Sender[] {
  const { targets, connections, timeoutMs, headers, gzip } = settings;
  const wallMs = (): number => environment.now().wallMs;
  const toTarget = ({ transport, endpoint }: LoadTarget): Sender =>
    transport === "grpc"
      ? new GrpcSender(endpoint, { timeoutMs, headers }, gzip, wallMs)
      : new HttpSender(endpoint, { timeoutMs, headers }, wallMs);
  return Array.from({ length: Math.ceil(connections / targets.length) }, () => targets.map(toTarget))
    .flat()
    .slice(0, connections);
}

async function work(source: RequestSource, parts: DeliveryParts): Promise<void> {
  for (;;) {
    const next = source.next();
    // At full rate the request is there at once: no turn of the event loop between an answer and the next request.
    const request = next instanceof Promise ? await next : next;
    if (request === undefined) break;
    await deliver(request, parts);
    request.release();
  }
  await parts.sender.close();
}

function closeQuietly(sender: Sender): void {
  sender.close().catch(() => undefined);
}

function after(milliseconds: number, unless: AbortSignal, action: () => void): void {
  delay(milliseconds, undefined, { signal: unless }).then(action, () => undefined);
}
