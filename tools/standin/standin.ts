/**
 * PostHog's log-capture endpoint as a stand-in: the same routes, order of checks, answers and silent losses, on a port
 * of this machine, with the stored rows to read back and faults on request. For tests, demos and benchmarks; everything
 * it holds is bounded by its settings.
 */
import { CaptureEndpoint } from "./capture/capture-endpoint.ts";
import { CaptureServer } from "./capture/capture-server.ts";
import { FaultPlan } from "./fault-plan.ts";
import { LogIntake } from "./ingest/log-intake.ts";
import { ManagementServer } from "./management/management-server.ts";
import type { StandinOptions } from "./settings.ts";
import { resolveStandinSettings } from "./settings.ts";
import type { StandinControls } from "./standin-controls.ts";

export interface Standin extends StandinControls {
  /** Base URL of the capture port, such as http://127.0.0.1:4318; records go to its /i/v1/logs. */
  readonly url: string;
  /** Base URL of the management port: probes, metrics, /standin/… */
  readonly managementUrl: string;
  close(): Promise<void>;
}

/**
 * Resolves when both ports listen.
 * @throws Error of the socket when a port is taken
 */
export async function startStandin(options: StandinOptions): Promise<Standin> {
  const settings = resolveStandinSettings(options);
  const intake = new LogIntake(settings, options.environment, options.onRow ?? (() => undefined));
  const faults = new FaultPlan(settings.faultSeed);
  const capture = new CaptureServer({
    endpoint: new CaptureEndpoint(intake, settings),
    faults,
    counters: intake.counters,
    environment: options.environment,
    maxRequestBytes: settings.maxRequestBytes,
  });
  await capture.listen(settings.host, settings.port);
  const controls = standinControls(intake, faults, capture);
  const management = new ManagementServer({
    ...controls,
    faultRules: () => faults.rules(),
    switches: () => intake.switches,
  });
  try {
    await management.listen(settings.host, settings.managementPort);
  } catch (error) {
    await capture.close();
    throw error;
  }
  return {
    ...controls,
    url: `http://${settings.host}:${capture.address.port}`,
    managementUrl: `http://${settings.host}:${management.port}`,
    async close() {
      await capture.close();
      await management.close();
    },
  };
}

function standinControls(intake: LogIntake, faults: FaultPlan, capture: CaptureServer): StandinControls {
  return {
    rows: (query) => (query === undefined ? intake.store.all() : intake.store.query(query)),
    stats: () => intake.counters.snapshot(intake.consumer.billedBytes),
    setFaults: (rules) => faults.set(rules),
    setSwitches: (change) => {
      intake.switches = { ...intake.switches, ...change };
    },
    refuseConnections: () => capture.refuse(),
    acceptConnections: () => capture.accept(),
    reset: () => {
      intake.reset();
      faults.set([]);
    },
  };
}
