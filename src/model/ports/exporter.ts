/** Port: a destination of kept records, and what it reports about itself. */
import type { Component } from "./component.ts";

/** Sends what one queue reader hands out. Its own retries, back-off and concurrency; never gives up by elapsed time. */
export interface Exporter extends Component {
  readonly state: ExporterState;
}

export interface ExporterState {
  /** sending: normal. holding: credentials refused or destination asked to wait; keeps queueing. */
  readonly mode: "sending" | "retrying" | "holding" | "stopped";
  /** One sentence; no secrets, no response bodies. */
  readonly message: string;
  readonly consecutiveFailures: number;
  /** Requests under way. */
  readonly inFlight: number;
  /** Bytes of built requests (uncompressed) over bytes of the entries they were built from, smoothed; 1 before the first. */
  readonly regroupRatio: number;
}
