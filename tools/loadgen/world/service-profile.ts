/** How a service of the shop talks: the lines of its requests, and those it writes on its own. */
import type { SeverityName } from "./traffic.ts";

export interface ServiceLine {
  readonly severity: SeverityName;
  /** Relative to the other lines of its list. */
  readonly weight: number;
  /** Text of a LineTemplate. */
  readonly text: string;
}

export interface ServiceProfile {
  readonly name: string;
  readonly version: string;
  /** telemetry.sdk.language of its SDK. */
  readonly language: string;
  readonly pods: number;
  /** Lines written while it serves a request: they carry the request's trace. */
  readonly requestLines: readonly ServiceLine[];
  /** Timers, caches, consumers: no trace. */
  readonly ambientLines: readonly ServiceLine[];
}

/** For tables of services. */
export function line(severity: SeverityName, weight: number, text: string): ServiceLine {
  return { severity, weight, text };
}
