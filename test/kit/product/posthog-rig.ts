/**
 * The PostHog exporter in front of a real stand-in, over real sockets, but in virtual time: a test says what the edge
 * does, puts records, lets hours pass, and reads back what was stored.
 */
import { expect, onTestFinished, vi } from "vitest";
import { createExporters } from "../../../src/exporters/create-exporters.ts";
import type { ExporterSettings, OtlpHttpSettings, PosthogSettings } from "../../../src/exporters/exporter-settings.ts";
import type { Exporter } from "../../../src/model/ports/exporter.ts";
import { MemoryQueue } from "../../../src/queue/memory-queue.ts";
import type { StandinOptions } from "../../../tools/standin/settings.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import { startStandin } from "../../../tools/standin/standin.ts";
import { HANG_MS } from "../hang-guard.ts";
import type { PlainGroup, PlainRecord } from "../otlp/record-builder.ts";
import { buildRequest } from "../otlp/record-builder.ts";
import { queueEntry } from "../queue-entries.ts";
import { RecordingTelemetry } from "../recording-telemetry.ts";
import { SilentLogger } from "../silent-logger.ts";
import { VirtualEnvironment } from "../virtual-environment.ts";
import { settlePromises, VirtualTimers } from "../virtual-timers.ts";

export class PosthogRig {
  readonly env = new VirtualEnvironment();
  readonly timers = new VirtualTimers(this.env);
  readonly telemetry = new RecordingTelemetry();
  readonly logger = new SilentLogger();
  readonly queue: MemoryQueue;
  readonly standin: Standin;
  readonly exporter: Exporter;

  private constructor(standin: Standin, env: VirtualEnvironment, settings: ExporterSettings, maxQueueBytes: number) {
    this.standin = standin;
    this.env = env;
    this.timers = new VirtualTimers(env);
    this.queue = new MemoryQueue({ maxBytes: maxQueueBytes }, { env, ledger: this.telemetry.ledger });
    const [exporter] = createExporters([settings], {
      env,
      timers: this.timers,
      telemetry: this.telemetry,
      logger: this.logger,
      queue: this.queue,
      version: "test",
    });
    if (exporter === undefined) throw new Error("no exporter was made");
    this.exporter = exporter;
  }

  /** Starts a stand-in and an exporter for it; both are gone when the test ends. */
  static async start(
    options: {
      readonly standin?: Partial<StandinOptions>;
      readonly posthog?: Partial<PosthogSettings>;
      /** Sends through the otlphttp exporter instead, which repairs nothing. */
      readonly otlphttp?: Partial<OtlpHttpSettings>;
      readonly maxQueueBytes?: number;
    } = {},
  ): Promise<PosthogRig> {
    const env = new VirtualEnvironment();
    const standin = await startStandin({ environment: env, ...options.standin });
    const settings =
      options.otlphttp === undefined ? posthogTo(standin, options.posthog) : otlpTo(standin, options.otlphttp);
    const rig = new PosthogRig(standin, env, settings, options.maxQueueBytes ?? 2 ** 28);
    onTestFinished(async () => {
      await rig.exporter.shutdown(AbortSignal.abort());
      await standin.close();
    });
    await rig.exporter.start();
    return rig;
  }

  /** Commits one entry with these records under one resource. @returns false when the queue is full */
  put(records: readonly PlainRecord[], shape: { readonly resource?: PlainGroup["resource"] } = {}): boolean {
    const payload = buildRequest([{ resource: shape.resource ?? { "service.name": "checkout" }, records }]);
    const reservation = this.queue.reserve(payload.byteLength + 2 * records.length);
    if (reservation === undefined) return false;
    this.telemetry.ledger.generated(records.length);
    reservation.commit(queueEntry({ records: records.length, payload, receivedWallMs: this.env.wallMs }));
    return true;
  }

  /** Records with these bodies, all else ordinary. */
  putBodies(...bodies: readonly string[]): void {
    this.put(bodies.map((body) => ({ body, time: this.env.wallMs, severityNumber: 9 })));
  }

  /** Lets virtual time pass; it stands still while a request is under way, so that real sockets take no time at all. */
  pass(milliseconds: number): Promise<void> {
    return this.timers.advance(milliseconds, () => this.quiet());
  }

  /** Resolves when no request is under way. */
  async quiet(): Promise<void> {
    await settlePromises();
    await vi.waitFor(() => expect(this.exporter.state.inFlight).toBe(0), { timeout: HANG_MS, interval: 5 });
    await settlePromises();
  }

  /** Bodies of the stored rows, in order of storage. */
  get stored(): string[] {
    return this.standin.rows().map((row) => row.body);
  }
}

function posthogTo(standin: Standin, change: Partial<PosthogSettings> = {}): PosthogSettings {
  return {
    kind: "posthog",
    id: "posthog",
    host: standin.url,
    apiKey: STANDIN_TOKEN,
    apiKeyFile: "",
    timeoutMs: 30_000,
    compression: "gzip",
    maxRequestBytes: 900_000,
    maxBytesPerSecond: 0,
    flushIntervalMs: 1000,
    maxConcurrency: 4,
    ...change,
  };
}

function otlpTo(standin: Standin, change: Partial<OtlpHttpSettings>): OtlpHttpSettings {
  const { host: _, apiKey, apiKeyFile: __, ...common } = posthogTo(standin);
  return {
    ...common,
    kind: "otlphttp",
    id: "otlphttp",
    endpoint: `${standin.url}/i`,
    headers: { Authorization: `Bearer ${apiKey}` },
    ...change,
  };
}
