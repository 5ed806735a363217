/** The pipeline over the whole engine and a queue that can fail, under a virtual clock. */
import { engineSettings, REPLAY_IDENTITY } from "../../../src/assembly/engine-settings.ts";
import { Engine } from "../../../src/core/engine/engine.ts";
import type { ConsumeResult, RequestOrigin } from "../../../src/model/consumer.ts";
import { LogPipeline } from "../../../src/pipeline/log-pipeline.ts";
import { loaded } from "../config-host.ts";
import type { PlainRecord } from "../otlp/record-builder.ts";
import { buildRequest } from "../otlp/record-builder.ts";
import { RecordingTelemetry } from "../recording-telemetry.ts";
import { VirtualEnvironment } from "../virtual-environment.ts";
import type { QueueFault } from "./faulty-queue.ts";
import { FaultyQueue, turns } from "./faulty-queue.ts";

const ORIGIN: RequestOrigin = { trusted: false, peer: 0, transport: "http", transcoding: undefined };

export interface PipelineLine extends PlainRecord {
  readonly service?: string;
}

export class PipelineRig {
  readonly env: VirtualEnvironment = new VirtualEnvironment();
  readonly telemetry: RecordingTelemetry = new RecordingTelemetry();
  readonly queue: FaultyQueue = new FaultyQueue(this.env, this.telemetry);
  readonly engine: Engine;
  readonly pipeline: LogPipeline;

  constructor(engine: Engine) {
    this.engine = engine;
    const { queue, telemetry, env } = this;
    this.pipeline = new LogPipeline({ engine, queue, telemetry, env, regroupRatio: () => 1 });
  }

  async send(lines: readonly PipelineLine[], fault: QueueFault = "none"): Promise<ConsumeResult> {
    this.queue.fault = fault;
    const result = await this.pipeline.consumeLogs(this.request(lines), ORIGIN);
    // Context that the request released is stored after the answer.
    await turns(4);
    return result;
  }

  request(lines: readonly PipelineLine[]): Uint8Array {
    const services = [...new Set(lines.map(({ service = "shop" }) => service))];
    return buildRequest(
      services.map((service) => ({
        resource: { "service.name": service },
        records: lines
          .filter((line) => (line.service ?? "shop") === service)
          .map(({ service: _, ...line }) => ({ time: this.env.wallMs, severityNumber: 9, ...line })),
      })),
    );
  }

  /** Lets so many seconds pass, tick by tick. */
  wait(seconds: number): void {
    for (let second = 0; second < seconds; second++) this.engine.advance(this.env.advance(1000), this.queue.fill());
  }

  /** Everything that counts: what a request that failed must leave as it was. */
  counters(): object {
    const { view } = this.engine.sampler;
    const { bytesPerSecond: _rate, ...budget } = view.budget();
    const services = Array.from({ length: view.serviceCount }, (_, row) => {
      const { name, received, kept, keptBytes } = view.service(row) ?? {};
      return { name, received, kept, keptBytes };
    });
    const patterns = [...view.livePatterns()].map((row) => {
      const { totals, firstLinesLeft } = view.pattern(row, this.env.monoMs);
      return { id: this.engine.signature.patterns.id(row), totals: rounded(totals), firstLinesLeft };
    });
    const { calls, ledger } = this.telemetry;
    return {
      budget: rounded(budget),
      services: services.filter(({ received }) => received !== 0),
      patterns: patterns.filter(({ totals }) => totals["records"] !== 0).sort((a, b) => (a.id < b.id ? -1 : 1)),
      contextBytes: this.engine.context.bytes,
      ledger: ledger.snapshot(),
      telemetry: calls.length,
      overBudget: this.pipeline.overBudget.bytes(),
      noveltyOverflow: this.pipeline.noveltyOverflow,
      openReservations: this.queue.open,
    };
  }
}

/** What was added and taken back may differ by rounding. */
function rounded(numbers: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => [
      key,
      typeof value === "number" && Number.isFinite(value) ? Number(value.toFixed(6)) + 0 : value,
    ]),
  );
}

/** @param set a.b=c, each, as `--set` takes them */
export async function pipelineRig(set: readonly string[] = []): Promise<PipelineRig> {
  const config = await loaded("", { overrides: ["sampling.mode=enforce", ...set] });
  const engine = new Engine(engineSettings(config, REPLAY_IDENTITY, Number.POSITIVE_INFINITY));
  engine.setRules(config.sampling.rules, 0, (id) => id);
  return new PipelineRig(engine);
}
