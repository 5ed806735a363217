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
    help: "Records of accepted requests, damaged ones included",
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
    help: "Records of our own: summaries and events",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().generated,
  },
  {
    name: "records_kept_total",
    kind: "counter",
    help: "Records that the sampler decided to keep, by the reason that decided",
    labels: ["reason"],
    read: ({ telemetry }) => samplesOf("reason", KEEP_REASONS, telemetry.ledger.keptBy),
  },
  {
    name: "records_forwarded_total",
    kind: "counter",
    help: "Records that every exporter delivered, by the reason they were kept for",
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
    help: "Records refused one by one through partial_success, because they were damaged",
    labels: ["reason"],
    read: ({ telemetry }) => samplesOf("reason", REJECT_REASONS, telemetry.ledger.rejectedBy),
  },
  {
    name: "records_held",
    kind: "gauge",
    help: "Records in the context ring: sampled out, unless a trigger releases them",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().held,
  },
  {
    name: "records_queued",
    kind: "gauge",
    help: "Records decided to be kept and not yet delivered by every exporter, as the ledger counts them",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().queued,
  },
  {
    name: "ledger_error_records",
    kind: "gauge",
    help: "Records that the ledger cannot account for: received + recovered + generated minus everything that became of them; must be 0",
    labels: [],
    read: ({ telemetry }) => telemetry.ledger.snapshot().error,
  },
];

const REQUEST_METRICS: readonly MetricRow[] = [
  {
    name: "requests_refused_total",
    kind: "counter",
    help: "Requests refused whole with a retryable answer; nothing of them was taken",
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
    help: "Requests rejected whole for good: they can never succeed as they are",
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
    help: "Records of which bytes were changed to make them valid, by what was repaired",
    labels: ["kind"],
    read: ({ telemetry }) => samplesOf("kind", REPAIR_KINDS, telemetry.repairedBy),
  },
  {
    name: "service_records_total",
    kind: "counter",
    help: "Records by service: the first 100 services by name, all others as other",
    labels: ["service", "outcome"],
    read: ({ telemetry }) =>
      telemetry.services.rows().map(({ name, outcome, records }) => ({
        labels: { service: name, outcome },
        value: records,
      })),
  },
];

export const RECORD_METRICS: readonly MetricRow[] = [...LEDGER_METRICS, ...REQUEST_METRICS];
