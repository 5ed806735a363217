/** What /livez, /readyz, /healthz, /version and reloads say. */

export interface ComponentStatus {
  /** Component.id. */
  readonly id: string;
  readonly state: "ok" | "degraded" | "failing";
  readonly message?: string;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is missing, one constant sentence each; empty when ready. Never the state of a destination. */
  readonly waiting_for: readonly string[];
}

export interface Health {
  /** The worst state of any component. */
  readonly status: "ok" | "degraded" | "failing";
  readonly ready: boolean;
  readonly version: string;
  readonly uptime_seconds: number;
  readonly components: readonly ComponentStatus[];
}

export interface VersionInfo {
  readonly version: string;
  readonly node: string;
}

export type ReloadResult =
  /** `restart_required` names settings that changed but take effect at the next start only. */
  | { readonly reloaded: true; readonly restart_required: readonly string[] }
  /** The running configuration was kept. One sentence an error, with line and column, without values of secrets. */
  | { readonly reloaded: false; readonly errors: readonly string[] };
