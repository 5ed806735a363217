/**
 * The resolved configuration: what the product is built from. Keys are those of the file; sizes are bytes, durations
 * milliseconds, secrets wrapped. Read-only: a reload makes a new one.
 */
import type { AdminConfig } from "./sections/admin.ts";
import type { ExportersConfig } from "./sections/exporters.ts";
import type { FleetConfig } from "./sections/fleet.ts";
import type { HistoryConfig } from "./sections/history.ts";
import type { LimitsConfig } from "./sections/limits.ts";
import type { PolicyConfig } from "./sections/policy.ts";
import type { Durability, QueueConfig } from "./sections/queue.ts";
import type { ReceiversConfig } from "./sections/receivers.ts";
import type { ReclusterConfig } from "./sections/recluster.ts";
import type { SamplingConfig, SamplingMode } from "./sections/sampling.ts";
import type { ServiceConfig } from "./sections/service.ts";
import type { SignatureConfig } from "./sections/signature.ts";

/** As the schema reads it: what depends on several settings is not yet decided. */
export interface WrittenConfig {
  readonly receivers: ReceiversConfig;
  readonly signature: SignatureConfig;
  readonly sampling: SamplingConfig;
  readonly policy: PolicyConfig;
  readonly exporters: ExportersConfig;
  readonly queue: QueueConfig;
  readonly history: HistoryConfig;
  readonly fleet: FleetConfig;
  readonly recluster: ReclusterConfig;
  readonly admin: AdminConfig;
  readonly limits: LimitsConfig;
  readonly service: ServiceConfig;
}

export interface Config extends WrittenConfig {
  readonly sampling: SamplingConfig & { readonly mode: SamplingMode };
  readonly queue: QueueConfig & { readonly durability: Durability };
}

/** Why the mode is what it is, for the line that `run` and `validate` print about it. */
export type ModeOrigin = "configured" | "budget_configured" | "no_budget";
