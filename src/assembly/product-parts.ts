/** The parts of the running product that compose.ts creates, as the admin port and the metrics read them. */
import type { Config } from "../config/config.ts";
import type { PolicyStore } from "../control/policy-store.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { Environment } from "../model/environment.ts";
import type { Component } from "../model/ports/component.ts";
import type { Exporter } from "../model/ports/exporter.ts";
import type { ExportQueue } from "../model/ports/queue.ts";
import type { LogPipeline } from "../pipeline/log-pipeline.ts";
import type { EventLoopLag } from "../runtime/event-loop-lag.ts";
import type { MemoryPressure } from "../runtime/memory-pressure.ts";
import type { ProcessTelemetry } from "../telemetry/process-telemetry.ts";
import type { FlowMeter } from "./flow-meter.ts";

export interface ProductParts {
  readonly config: Config;
  readonly env: Environment;
  readonly engine: Engine;
  readonly pipeline: LogPipeline;
  readonly queue: ExportQueue;
  readonly exporters: readonly Exporter[];
  readonly policies: PolicyStore;
  readonly telemetry: ProcessTelemetry;
  readonly flow: FlowMeter;
  readonly pressure: MemoryPressure;
  readonly lag: EventLoopLag;
  /** In order of start. */
  readonly components: readonly Component[];
  readonly identity: ProcessIdentity;
}

export interface ProcessIdentity {
  /** Unique for this boot of this instance. */
  readonly instance: string;
  readonly version: string;
  readonly startedWallMs: number;
  readonly startedMonoMs: number;
}
