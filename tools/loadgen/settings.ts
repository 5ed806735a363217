/** What a load is: where it goes, what it says, how fast and for how long. */
import type { Encoding } from "./requests/wire-request.ts";
import type { WorldKind } from "./world/world.ts";

export interface LoadTarget {
  readonly transport: "grpc" | "http";
  /** grpc: host:port. http: base URL (then /v1/logs), or a URL with a path. */
  readonly endpoint: string;
}

export interface LoadOptions {
  /** Connections are spread over them in turn. */
  readonly targets: readonly LoadTarget[];
  /** Default simple. */
  readonly world?: WorldKind;
  /** Default "1"; the same seed makes the same records. */
  readonly seed?: string;
  /** Default protobuf; gRPC takes nothing else. */
  readonly encoding?: Encoding;
  /** Default false. */
  readonly gzip?: boolean;
  /** Default 512, as SDKs batch; of the incidents world an upper bound. */
  readonly batchRecords?: number;
  /** Default 1,500. 0: as fast as answers come (simple world only). */
  readonly recordsPerSecond?: number;
  /** Requests in flight, each on a connection of its own. Default 4. */
  readonly connections?: number;
  /** Ends the load; default no end. */
  readonly durationMs?: number;
  /** Ends the load after at least this many records; default no end. */
  readonly maxRecords?: number;
  /** Memory of the simple world's requests. Default 64 MiB. */
  readonly poolBytes?: number;
  /** Length of an incident cycle (incidents world only). Default 60 s. */
  readonly cycleMs?: number;
  /** Of one attempt. Default 10 s, as SDKs have it. */
  readonly timeoutMs?: number;
  /** For one request, retries included. Default 60 s. */
  readonly patienceMs?: number;
  /** For what is in flight when the load ends. Default 5 s. */
  readonly drainMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export type LoadSettings = Required<LoadOptions>;

export function resolveLoadSettings(options: LoadOptions): LoadSettings {
  return {
    targets: options.targets,
    world: options.world ?? "simple",
    seed: options.seed ?? "1",
    encoding: options.encoding ?? "protobuf",
    gzip: options.gzip ?? false,
    batchRecords: options.batchRecords ?? 512,
    recordsPerSecond: options.recordsPerSecond ?? 1_500,
    connections: options.connections ?? 4,
    durationMs: options.durationMs ?? Number.POSITIVE_INFINITY,
    maxRecords: options.maxRecords ?? Number.POSITIVE_INFINITY,
    poolBytes: options.poolBytes ?? 64 * 1024 * 1024,
    cycleMs: options.cycleMs ?? 60_000,
    timeoutMs: options.timeoutMs ?? 10_000,
    patienceMs: options.patienceMs ?? 60_000,
    drainMs: options.drainMs ?? 5_000,
    headers: options.headers ?? {},
  };
}

/** Why settings cannot be run; empty when they can. */
export function flawsOf(settings: LoadSettings): string[] {
  const flaws: string[] = [];
  if (settings.targets.length === 0) flaws.push("Send load: no target, wanted at least one endpoint");
  for (const { transport, endpoint } of settings.targets) {
    if (transport === "http" && !URL.canParse(endpoint)) flaws.push(`Send load: endpoint ${endpoint}, wanted a URL`);
  }
  if (settings.encoding === "json" && settings.targets.some((target) => target.transport === "grpc")) {
    flaws.push("Send load: encoding json over grpc, wanted protobuf");
  }
  if (settings.world === "incidents" && settings.recordsPerSecond === 0) {
    flaws.push("Send load: the incidents world without a rate, wanted records per second above 0");
  }
  const positive = { batch: settings.batchRecords, connections: settings.connections, cycle: settings.cycleMs };
  for (const [name, value] of Object.entries(positive)) {
    if (!(value >= 1)) flaws.push(`Send load: ${name} ${value}, wanted at least 1`);
  }
  if (!(settings.recordsPerSecond >= 0)) {
    flaws.push(`Send load: rate ${settings.recordsPerSecond}, wanted 0 or more records per second`);
  }
  return flaws;
}
