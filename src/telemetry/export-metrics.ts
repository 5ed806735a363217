/** Metrics of exporters and of the queue before them. */
import type { ExporterCounts } from "./exporter-counts.ts";
import { EXPORT_RESULTS } from "./exporter-counts.ts";
import type { MetricRow, Sample, Scrape } from "./metric-row.ts";
import { samplesOf } from "./metric-row.ts";

/** Samples of every exporter, each with the label `exporter` added. */
function byExporter(scrape: Scrape, samplesOfOne: (counts: ExporterCounts) => readonly Sample[]): Sample[] {
  return [...scrape.telemetry.exporters].flatMap(([exporter, counts]) =>
    samplesOfOne(counts).map(({ labels, value }) => ({ labels: { exporter, ...labels }, value })),
  );
}

export const EXPORT_METRICS: readonly MetricRow[] = [
  {
    name: "bytes_exported_total",
    kind: "counter",
    help: "Uncompressed bytes of requests that a destination acknowledged, summed over all exporters",
    labels: [],
    read: ({ telemetry }) => [...telemetry.exporters.values()].reduce((sum, { bytes }) => sum + bytes, 0),
  },
  {
    name: "export_bytes_total",
    kind: "counter",
    help: "Uncompressed bytes of requests that the exporter's destination acknowledged",
    labels: ["exporter"],
    read: (scrape) => byExporter(scrape, ({ bytes }) => [{ labels: {}, value: bytes }]),
  },
  {
    name: "export_records_total",
    kind: "counter",
    help: "Records by their outcome at the exporter",
    labels: ["exporter", "result"],
    read: (scrape) => byExporter(scrape, ({ recordsBy }) => samplesOf("result", EXPORT_RESULTS, recordsBy)),
  },
  {
    name: "export_requests_total",
    kind: "counter",
    help: "Requests by their answer: an HTTP status, a gRPC code, or timeout, connect, reset, abort",
    labels: ["exporter", "code"],
    read: (scrape) =>
      byExporter(scrape, ({ requestsByCode }) =>
        [...requestsByCode].map(([code, requests]) => ({ labels: { code }, value: requests })),
      ),
  },
  {
    name: "export_retries_total",
    kind: "counter",
    help: "Attempts to send a request again",
    labels: ["exporter"],
    read: (scrape) => byExporter(scrape, ({ retries }) => [{ labels: {}, value: retries }]),
  },
  {
    name: "queue_records",
    kind: "gauge",
    help: "Records in the queue",
    labels: [],
    read: ({ sources }) => sources.queue().records,
  },
  {
    name: "queue_bytes",
    kind: "gauge",
    help: "Bytes in the queue",
    labels: [],
    read: ({ sources }) => sources.queue().bytes,
  },
  {
    name: "queue_max_bytes",
    kind: "gauge",
    help: "Largest size of the queue in bytes; beyond it requests are refused",
    labels: [],
    read: ({ sources }) => sources.queue().maxBytes,
  },
  {
    name: "queue_oldest_age_seconds",
    kind: "gauge",
    help: "Age of the oldest entry in the queue; 0 when the queue is empty",
    labels: [],
    read: ({ sources }) => sources.queue().oldestAgeSeconds,
  },
];
