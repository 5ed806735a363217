/**
 * A Telemetry for tests: a real ledger, and every other call remembered in order and summed by its labels.
 * Unlike the product's, it bounds nothing; a test is short.
 */
import type { RefusalCause, RejectionCause } from "../../src/model/consumer.ts";
import type { RepairKind, Telemetry, Transport } from "../../src/model/telemetry.ts";
import { RecordLedger } from "../../src/telemetry/record-ledger.ts";

/** A call of anything but the ledger: the method, its labels in order, and how much it added. */
export interface TelemetryCall {
  readonly method: Exclude<keyof Telemetry, "ledger">;
  readonly labels: readonly string[];
  readonly amount: number;
}

export class RecordingTelemetry implements Telemetry {
  readonly ledger: RecordLedger = new RecordLedger();
  readonly calls: TelemetryCall[] = [];

  requestRefused(transport: Transport, cause: RefusalCause): void {
    this.#record("requestRefused", [transport, cause], 1);
  }

  requestRejected(transport: Transport, cause: RejectionCause): void {
    this.#record("requestRejected", [transport, cause], 1);
  }

  bytesReceived(bytes: number): void {
    this.#record("bytesReceived", [], bytes);
  }

  bytesExported(exporter: string, bytes: number): void {
    this.#record("bytesExported", [exporter], bytes);
  }

  exportRequest(exporter: string, code: string): void {
    this.#record("exportRequest", [exporter, code], 1);
  }

  exportRecords(exporter: string, result: "delivered" | "dropped" | "rejected_by_destination", records: number): void {
    this.#record("exportRecords", [exporter, result], records);
  }

  exportRetry(exporter: string): void {
    this.#record("exportRetry", [exporter], 1);
  }

  recordsRepaired(kind: RepairKind, records: number): void {
    this.#record("recordsRepaired", [kind], records);
  }

  serviceRecords(service: string, outcome: "received" | "kept" | "dropped", records: number): void {
    this.#record("serviceRecords", [service, outcome], records);
  }

  /** Sum of the amounts of `method`'s calls whose first labels are `labels`; no labels sums all of them. */
  total(method: TelemetryCall["method"], ...labels: readonly string[]): number {
    let total = 0;
    for (const call of this.calls) {
      const matches = call.method === method && labels.every((label, index) => call.labels[index] === label);
      if (matches) total += call.amount;
    }
    return total;
  }

  /** Throws with the whole balance when the ledger does not close. For the end of every integration test. */
  assertBalanced(): void {
    const snapshot = this.ledger.snapshot();
    if (snapshot.error !== 0) throw new Error(`the ledger is off by ${snapshot.error}: ${JSON.stringify(snapshot)}`);
  }

  #record(method: TelemetryCall["method"], labels: readonly string[], amount: number): void {
    this.calls.push({ method, labels, amount });
  }
}
