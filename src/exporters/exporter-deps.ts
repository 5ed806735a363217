/** What every exporter is given. */
import type { Environment } from "../model/environment.ts";
import type { Logger } from "../model/ports/logger.ts";
import type { ExportQueue } from "../model/ports/queue.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { OpenTransport } from "./http/http-transport.ts";
import type { Timers } from "./sending/timers.ts";

export interface ExporterDeps {
  readonly env: Environment;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  /** Each exporter takes its own reader. */
  readonly queue: Pick<ExportQueue, "reader">;
  /** Of the product; sent as User-Agent. */
  readonly version: string;
  /** Node's own unless a test brings others. */
  readonly timers?: Timers;
  /** undici unless a test brings another. */
  readonly openTransport?: OpenTransport;
}
