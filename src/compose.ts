/**
 * The whole product in one function. Parts are made downstream first; `components` is the start order, and shutdown
 * walks it backwards: intake stops first, survivors drain through the queue and the exporters, the admin port answers
 * to the end.
 */
import { AdminServer } from "./admin/admin-server.ts";
import { ADMIN_LIMITS } from "./admin/settings.ts";
import { adminSources } from "./assembly/admin-sources.ts";
import { engineSettings, fleetShareOf, liveIdentity } from "./assembly/engine-settings.ts";
import { exporterSettings, queueSettings } from "./assembly/exporter-settings.ts";
import { FlowMeter } from "./assembly/flow-meter.ts";
import { gaugeSources } from "./assembly/gauge-sources.ts";
import { servePolicy } from "./assembly/policy-serving.ts";
import type { ProductParts } from "./assembly/product-parts.ts";
import { ReadinessGate } from "./assembly/readiness.ts";
import { admissionSettings, receiverSettings } from "./assembly/receiver-settings.ts";
import type { ConfigReader } from "./assembly/reloader.ts";
import { Reloader } from "./assembly/reloader.ts";
import { readFlow } from "./assembly/stats-source.ts";
import type { Config } from "./config/config.ts";
import { trustedPeers } from "./config/trusted-peers.ts";
import { PolicyStore } from "./control/policy-store.ts";
import { Engine } from "./core/engine/engine.ts";
import { transcodeLogsJson } from "./core/otlp-json/transcode-logs-json.ts";
import { createExporters } from "./exporters/create-exporters.ts";
import { FixedShare } from "./fleet/fixed-share.ts";
import type { Environment } from "./model/environment.ts";
import type { Component } from "./model/ports/component.ts";
import type { SummaryHistory } from "./model/ports/history.ts";
import type { Logger } from "./model/ports/logger.ts";
import { LogPipeline } from "./pipeline/log-pipeline.ts";
import { MemoryQueue } from "./queue/memory-queue.ts";
import { InFlightAdmission } from "./receivers/admission.ts";
import { BodyBuffers } from "./receivers/body-buffers.ts";
import { INFLATER_DEFAULTS, Inflater } from "./receivers/inflate.ts";
import { PeerNumbers } from "./receivers/listen/peer-numbers.ts";
import { createOtlpReceivers } from "./receivers/otlp/create-receivers.ts";
import type { OtlpReceiver } from "./receivers/otlp/otlp-receiver.ts";
import { authenticates } from "./receivers/otlp/settings.ts";
import { EventLoopLag } from "./runtime/event-loop-lag.ts";
import type { FileWatchSettings } from "./runtime/file-watch.ts";
import { FileWatch } from "./runtime/file-watch.ts";
import { MemoryPressure, readMemoryInUse } from "./runtime/memory-pressure.ts";
import { v8Collector } from "./runtime/v8-collector.ts";
import { YOUNG_BYTES, YoungCollection } from "./runtime/young-collection.ts";
import { MetricsRegistry } from "./telemetry/metrics-registry.ts";
import { ProcessTelemetry } from "./telemetry/process-telemetry.ts";

/** What the host process gives the product. */
export interface HostDependencies {
  readonly environment: Environment;
  readonly logger: Logger;
  readonly version: string;
  readonly memoryLimitBytes: number;
  /** Reads the configuration again, for reloads. */
  readonly readConfig: ConfigReader;
  /** Files whose change asks for a reload. */
  readonly watchedFiles: FileWatchSettings;
  /** Gets exact counts by pattern and minute; absent: they are kept nowhere. */
  readonly history?: SummaryHistory;
  readonly parsePolicy: ConstructorParameters<typeof PolicyStore>[1]["parse"];
}

export interface Product {
  /** In start order. */
  readonly components: readonly Component[];
  readonly receivers: readonly OtlpReceiver[];
  readonly admin: AdminServer;
  readonly gate: ReadinessGate;
  readonly reloader: Reloader;
  readonly parts: ProductParts;
  /** Called when draining begins: readiness turns, new requests are refused. */
  beginDrain(): void;
}

export function compose(config: Config, host: HostDependencies): Product {
  const { environment: env, logger, version, memoryLimitBytes } = host;
  const started = env.now();
  const identity = liveIdentity(env);
  const destinations = exporterSettings(config);

  const telemetry = new ProcessTelemetry({ exporters: destinations.map((settings) => settings.id) });
  const { pressure, buffers } = boundMemory(memoryLimitBytes);
  const lag = new EventLoopLag();
  const policies = new PolicyStore(config.policy.path, { env, logger, parse: host.parsePolicy });
  const queue = new MemoryQueue(queueSettings(config, memoryLimitBytes), { env, ledger: telemetry.ledger });
  const exporters = createExporters(destinations, { env, telemetry, logger, queue, version });
  const engine = new Engine(engineSettings(config, identity, memoryLimitBytes), host.history);
  const pipeline = new LogPipeline({
    engine,
    queue,
    telemetry,
    env,
    fleet: config.sampling.budget.scope === "fleet" ? new FixedShare(fleetShareOf(config)) : undefined,
    regroupRatio: () => exporters[0]?.state.regroupRatio ?? 1,
  });
  const intakeParts = { engine, pipeline, queue, pressure, telemetry, buffers };
  const { admission, receivers } = createIntake(config, host, intakeParts);
  const flow = new FlowMeter(() => readFlow(parts));
  const gate = new ReadinessGate();
  const serving = servePolicy(engine, policies, config, env);
  const reloader = new Reloader(host.readConfig, () => parts.config, serving.reconfigure, logger);
  const watch = new FileWatch(host.watchedFiles, () => void reloader.reload());
  const readParts = (): ProductParts => parts;
  const admin = createAdmin(config, host, { telemetry, gate, reloader, readParts });

  const own = [pressure, lag, flow, reloader, watch];
  const components = [...own, admin, policies, queue, ...exporters, pipeline, ...receivers];
  const parts: ProductParts = {
    get config() {
      return serving.config();
    },
    env,
    engine,
    pipeline,
    queue,
    exporters,
    policies,
    telemetry,
    flow,
    pressure,
    lag,
    components,
    identity: { instance: identity.origin, version, startedWallMs: started.wallMs, startedMonoMs: started.monoMs },
  };
  const beginDrain = (): void => {
    gate.drain();
    admission.startDraining();
  };
  return { components, receivers, admin, gate, reloader, parts, beginDrain };
}

/** The port that answers people and Prometheus; `readParts` is called when a request comes. */
function createAdmin(
  { admin }: Config,
  { environment, logger, version }: HostDependencies,
  parts: Pick<ProductParts, "telemetry"> & Pick<Product, "gate" | "reloader"> & { readParts(): ProductParts },
): AdminServer {
  const { telemetry, gate, reloader, readParts } = parts;
  const metrics = new MetricsRegistry(
    { telemetry, sources: gaugeSources(readParts, reloader), version },
    { processMetrics: true },
  );
  const sources = adminSources(readParts, gate, reloader);
  return new AdminServer(
    { endpoint: admin.endpoint, token: admin.token, insecureListen: admin.insecure_listen, ...ADMIN_LIMITS },
    { sources, metrics, logger, environment },
  );
}

/** What is let go of when memory is short: the buffers that wait, and garbage. */
function boundMemory(limitBytes: number): { readonly pressure: MemoryPressure; readonly buffers: BodyBuffers } {
  const buffers = new BodyBuffers();
  const collector = v8Collector();
  const pressure = new MemoryPressure({ limitBytes }, readMemoryInUse, () => {
    buffers.clear();
    collector.full();
  });
  return { pressure, buffers };
}

/** What lets requests in: admission by bytes in flight, and the two transports behind it. */
function createIntake(
  config: Config,
  { environment, logger, memoryLimitBytes }: HostDependencies,
  parts: Pick<ProductParts, "engine" | "pipeline" | "queue" | "pressure" | "telemetry"> & {
    readonly buffers: BodyBuffers;
  },
): { readonly admission: InFlightAdmission; readonly receivers: readonly OtlpReceiver[] } {
  const settings = receiverSettings(config, memoryLimitBytes);
  const admission = new InFlightAdmission(
    admissionSettings(settings, memoryLimitBytes),
    {
      queueFill: () => parts.queue.fill(),
      memoryPressure: () => parts.pressure.value(),
      hasMemoryFor: (bytes, isAlone) => parts.pressure.hasRoomFor(bytes, isAlone),
    },
    environment,
  );
  const peers = new PeerNumbers(config.receivers.otlp.max_peers, {
    now: () => environment.now(),
    onReuse: (sender) => parts.engine.sampler.forgetSender(sender),
  });
  const receivers = createOtlpReceivers(settings, {
    consumer: parts.pipeline,
    admission,
    inflater: new Inflater(INFLATER_DEFAULTS),
    buffers: parts.buffers,
    garbage: new YoungCollection(YOUNG_BYTES),
    transcodeJson: (body) => transcodeLogsJson(body, body.length),
    isTrustedPeer: trustedPeers(config.receivers.otlp.trust_weights),
    peerNumberOf: authenticates(settings) ? (key) => peers.numberOf(key) : () => 0,
    telemetry: parts.telemetry,
    logger,
    environment,
  });
  return { admission, receivers };
}
