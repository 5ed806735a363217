/** Metrics of the record ledger, of requests at the receivers, and of services. */
import { REFUSAL_CAUSES, REJECTION_CAUSES } from "../model/consumer.ts";
import { DROP_REASONS, KEEP_REASONS, REJECT_REASONS } from "../model/decision.ts";
import { SEVERITY_CLASSES } from "../model/severity.ts";
import { REPAIR_KINDS } from "../model/telemetry.ts";
import type { MetricRow } from "./metric-row.ts";
import { samplesOf, samplesOfTable } from "./metric-row.ts";
import { TRANSPORTS } from "./record-ledger.ts";

const LEDGER_METRICS: readonly MetricRow[] = [
  {
    name: "records_received_total",
    kind: "counter",
    help: "Records of accepted requests, including damaged ones",
    labels: ["transport"],
    read: ({ telemetry }) => samplesOf("transport", TRANSPORTS, telemetry.ledger.receivedBy),
  },
  {
    name: "records_recovered_total",
    kind: "counter",
    help: "Records found in the queue's store at start",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().recovered,
  },
  {
    name: "records_generated_total",
    kind: "counter",
    help: "Records that LipService generated: summaries and events",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().generated,
  },
  {
    name: "records_kept_total",
    kind: "counter",
    help: "Records that were decided to be kept, by reason",
    labels: ["reason"],
    read: ({ telemetry }) => samplesOf("reason", KEEP_REASONS, telemetry.ledger.keptBy),
  },
  {
    name: "records_forwarded_total",
    kind: "counter",
    help: "Records that at least one exporter delivered, by reason; counted when every exporter has finished with them",
    labels: ["reason"],
    read: ({ telemetry }) => samplesOf("reason", KEEP_REASONS, telemetry.ledger.forwardedBy),
  },
  {
    name: "records_dropped_total",
    kind: "counter",
    help: "Records not forwarded: sampled_out and muted are decisions, every other reason is a loss",
    labels: ["reason", "severity"],
    read: ({ telemetry }) =>
      samplesOfTable(
        { label: "reason", values: DROP_REASONS },
        { label: "severity", values: SEVERITY_CLASSES },
        telemetry.ledger.droppedBy,
      ),
  },
  {
    name: "records_rejected_total",
    kind: "counter",
    help: "Damaged records that were rejected through partial_success while the rest of their request was accepted",
    labels: ["reason"],
    read: ({ telemetry }) => samplesOf("reason", REJECT_REASONS, telemetry.ledger.rejectedBy),
  },
  {
    name: "records_held",
    kind: "gauge",
    help: "Records in the context ring; they become sampled_out unless a trigger releases them",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().held,
  },
  {
    name: "records_queued",
    kind: "gauge",
    help: "Kept records that not every exporter has finished with, as the ledger counts them",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().queued,
  },
  {
    name: "ledger_error_records",
    kind: "gauge",
    help: "Records that are not accounted for: received + recovered + generated - forwarded - sampled_out - rejected - dropped - held - queued; must be 0",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().error,
  },
];

const REQUEST_METRICS: readonly MetricRow[] = [
  {
    name: "requests_refused_total",
    kind: "counter",
    help: "Requests refused as a whole with a retryable answer; none of their records was taken",
    labels: ["transport", "cause"],
    read: ({ telemetry }) =>
      samplesOfTable(
        { label: "transport", values: TRANSPORTS },
        { label: "cause", values: REFUSAL_CAUSES },
        telemetry.refusedBy,
      ),
  },
  {
    name: "requests_rejected_total",
    kind: "counter",
    help: "Requests rejected as a whole and permanently, because they can never succeed unchanged",
    labels: ["transport", "cause"],
    read: ({ telemetry }) =>
      samplesOfTable(
        { label: "transport", values: TRANSPORTS },
        { label: "cause", values: REJECTION_CAUSES },
        telemetry.rejectedBy,
      ),
  },
  {
    name: "bytes_received_total",
    kind: "counter",
    help: "Uncompressed bytes of accepted requests",
    labels: [],
    read: ({ telemetry }) => telemetry.bytesReceivedTotal,
  },
  {
    name: "records_repaired_total",
    kind: "counter",
    help: "Records whose bytes were changed, by kind of repair",
    labels: ["kind"],
    read: ({ telemetry }) => samplesOf("kind", REPAIR_KINDS, telemetry.repairedBy),
  },
  {
    name: "service_records_total",
    kind: "counter",
    help: "Records by service and outcome; the first 100 services have a label value of their own, all others count as other",
    labels: ["service", "outcome"],
    read: ({ telemetry }) =>
      telemetry.services.rows().map(({ name, outcome, records }) => ({
        labels: { service: name, outcome },
        value: records,
      })),
  },
];

export const RECORD_METRICS: readonly MetricRow[] = [...LEDGER_METRICS, ...REQUEST_METRICS];
