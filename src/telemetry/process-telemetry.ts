/**
 * The product's Telemetry: plain numbers that stages add to, read when somebody scrapes. No label map, no string
 * building and no promise on the way of a batch. Bounded by closed label lists, `maxServiceNames` and the configured
 * exporters.
 */

import type { RefusalCause, RejectionCause } from "../model/consumer.ts";
import { REFUSAL_CAUSES, REJECTION_CAUSES } from "../model/consumer.ts";
import type { RepairKind, Telemetry, Transport } from "../model/telemetry.ts";
import { REPAIR_KINDS } from "../model/telemetry.ts";
import type { ExportResult } from "./exporter-counts.ts";
import { ExporterCounts } from "./exporter-counts.ts";
import { RecordLedger, TRANSPORTS } from "./record-ledger.ts";
import type { ServiceOutcome } from "./service-counts.ts";
import { ServiceCounts } from "./service-counts.ts";

/** Services with a label value of their own, unless settings say otherwise. */
const DEFAULT_MAX_SERVICE_NAMES = 100;

export interface TelemetrySettings {
  /** Ids of the configured exporters: their series exist, as zeros, from the first scrape on. */
  readonly exporters: readonly string[];
  /** Default 100. */
  readonly maxServiceNames?: number;
}

export class ProcessTelemetry implements Telemetry {
  readonly ledger: RecordLedger = new RecordLedger();
  /** Index in TRANSPORTS times the number of causes plus the index of the cause. */
  readonly refusedBy: Float64Array = new Float64Array(TRANSPORTS.length * REFUSAL_CAUSES.length);
  readonly rejectedBy: Float64Array = new Float64Array(TRANSPORTS.length * REJECTION_CAUSES.length);
  /** By index in REPAIR_KINDS. */
  readonly repairedBy: Float64Array = new Float64Array(REPAIR_KINDS.length);
  readonly services: ServiceCounts;
  readonly exporters: Map<string, ExporterCounts>;
  bytesReceivedTotal = 0;

  constructor(settings: TelemetrySettings) {
    this.services = new ServiceCounts(settings.maxServiceNames ?? DEFAULT_MAX_SERVICE_NAMES);
    this.exporters = new Map(settings.exporters.map((id) => [id, new ExporterCounts()]));
  }

  requestRefused(transport: Transport, cause: RefusalCause): void {
    const row = TRANSPORTS.indexOf(transport) * REFUSAL_CAUSES.length;
    increment(this.refusedBy, row + REFUSAL_CAUSES.indexOf(cause), 1);
  }

  requestRejected(transport: Transport, cause: RejectionCause): void {
    const row = TRANSPORTS.indexOf(transport) * REJECTION_CAUSES.length;
    increment(this.rejectedBy, row + REJECTION_CAUSES.indexOf(cause), 1);
  }

  bytesReceived(bytes: number): void {
    this.bytesReceivedTotal += bytes;
  }

  bytesExported(exporter: string, bytes: number): void {
    this.#exporter(exporter).bytes += bytes;
  }

  exportRequest(exporter: string, code: string): void {
    this.#exporter(exporter).request(code);
  }

  exportRecords(exporter: string, result: ExportResult, records: number): void {
    this.#exporter(exporter).records(result, records);
  }

  exportRetry(exporter: string): void {
    this.#exporter(exporter).retries += 1;
  }

  recordsRepaired(kind: RepairKind, records: number): void {
    increment(this.repairedBy, REPAIR_KINDS.indexOf(kind), records);
  }

  serviceRecords(service: string, outcome: ServiceOutcome, records: number): void {
    this.services.add(service, outcome, records);
  }

  #exporter(id: string): ExporterCounts {
    const known = this.exporters.get(id);
    if (known !== undefined) return known;
    const created = new ExporterCounts();
    this.exporters.set(id, created);
    return created;
  }
}

function increment(counts: Float64Array, index: number, amount: number): void {
  counts[index] = (counts[index] ?? 0) + amount;
}
