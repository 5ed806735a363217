/** Puts a destination behind the common machinery: reader, batches, regrouping, pauses, settlement. */
import type { ExporterDeps } from "./exporter-deps.ts";
import type { SendingSettings } from "./exporter-settings.ts";
import type { Destination } from "./sending/destination.ts";
import type { Regroup } from "./sending/regrouped.ts";
import { SendLoop } from "./sending/send-loop.ts";
import { systemTimers } from "./sending/timers.ts";

export interface SendLoopParts {
  readonly destination: Destination;
  readonly regroup: Regroup;
  /** Uncompressed bytes a second; 0 = no limit. */
  readonly maxBytesPerSecond: number;
}

/** Takes a reader of the queue: call before the queue starts. */
export function assembleSendLoop(settings: SendingSettings, deps: ExporterDeps, parts: SendLoopParts): SendLoop {
  return new SendLoop(
    {
      exporterId: settings.id,
      flushIntervalMs: settings.flushIntervalMs,
      maxRequestBytes: settings.maxRequestBytes,
      maxConcurrency: settings.maxConcurrency,
      maxBytesPerSecond: parts.maxBytesPerSecond,
    },
    {
      env: deps.env,
      timers: deps.timers ?? systemTimers(),
      telemetry: deps.telemetry,
      logger: deps.logger.child({ exporter: settings.id }),
      reader: deps.queue.reader(settings.id),
      regroup: parts.regroup,
      destination: parts.destination,
    },
  );
}
