/** Port: the product in numbers, and the ledger over every record. */
import type { RefusalCause, RejectionCause } from "./consumer.ts";
import type { DropReason, KeepReason, RejectReason } from "./decision.ts";

export type Transport = "grpc" | "http";

/**
 * Everything the product tells about itself in numbers. One call a batch or a request, never one a record.
 * Label values come from closed lists; `service` is bounded inside (100 names, the rest `other`).
 */
export interface Telemetry {
  /** The record ledger: received + recovered + generated = forwarded + sampled_out + rejected + dropped + held + queued. */
  readonly ledger: Ledger;
  requestRefused(transport: Transport, cause: RefusalCause): void;
  requestRejected(transport: Transport, cause: RejectionCause): void;
  bytesReceived(bytes: number): void;
  /** Uncompressed bytes of requests that a destination acknowledged. */
  bytesExported(exporter: string, bytes: number): void;
  /** `code` is an HTTP status as text, a gRPC code name, or one of timeout, connect, reset, abort. */
  exportRequest(exporter: string, code: string): void;
  exportRecords(exporter: string, result: "delivered" | "dropped" | "rejected_by_destination", records: number): void;
  exportRetry(exporter: string): void;
  /** Repairs that changed bytes of a record: invalid UTF-8, ids of a wrong length, clamped timestamps, truncated bodies. */
  recordsRepaired(kind: RepairKind, records: number): void;
  serviceRecords(service: string, outcome: "received" | "kept" | "dropped", records: number): void;
}

export const REPAIR_KINDS = ["utf8", "trace_id", "span_id", "timestamp", "truncated", "stamps_stripped"] as const;
export type RepairKind = (typeof REPAIR_KINDS)[number];

/** Mutable counts of records; asserted balanced at the end of every integration test. */
export interface Ledger {
  received(transport: Transport, records: number): void;
  recovered(records: number): void;
  generated(records: number): void;
  rejected(reason: RejectReason, records: number): void;
  /** A decision, not yet a delivery. */
  kept(reason: KeepReason, records: number): void;
  forwarded(reason: KeepReason, records: number): void;
  /** Severity number 1..25; class by model/severity.ts. */
  dropped(reason: DropReason, severityNumber: number, records: number): void;
  /** Changes of what is held in the context ring and queued; negative when records leave. */
  held(delta: number): void;
  queued(delta: number): void;
  snapshot(): LedgerSnapshot;
}

export interface LedgerSnapshot {
  readonly received: number;
  readonly recovered: number;
  readonly generated: number;
  readonly forwarded: number;
  /** sampled_out and muted. */
  readonly sampledOut: number;
  readonly rejected: number;
  /** Losses: every drop reason but sampled_out and muted. */
  readonly dropped: number;
  readonly held: number;
  readonly queued: number;
  /** left side minus right side; must be 0. */
  readonly error: number;
}
