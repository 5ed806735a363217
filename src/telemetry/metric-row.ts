/**
 * One metric as a row: what it is called, what it means, and where its samples come from. The tables of rows are the
 * only list of metrics.
 */
import type { GaugeSources } from "./gauge-sources.ts";
import type { ProcessTelemetry } from "./process-telemetry.ts";

export interface MetricRow {
  /** Without the prefix `lipservice_`. */
  readonly name: string;
  readonly kind: "counter" | "gauge";
  /** One sentence; it is HELP in the exposition and the meaning in docs/METRICS.md. */
  readonly help: string;
  /** Label names, in the order of the documentation. */
  readonly labels: readonly string[];
  /** All samples now; a number is the one sample of a metric without labels. */
  readonly read: (scrape: Scrape) => number | readonly Sample[];
}

export interface MetricInputs {
  readonly telemetry: ProcessTelemetry;
  readonly sources: GaugeSources;
  /** Of the product. */
  readonly version: string;
}

/** What a row may read while somebody scrapes. */
export interface Scrape extends MetricInputs {
  /** Rows that could not be read so far, this scrape included. */
  readonly readErrors: number;
}

export interface Sample {
  /** A value for each label name of the row. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples of counts that are indexed like a closed list of label values. */
export function samplesOf(label: string, values: readonly string[], counts: Float64Array): Sample[] {
  return values.map((value, index) => ({ labels: { [label]: value }, value: counts[index] ?? 0 }));
}

/** Samples of counts that are a table, row by row, of two closed lists. */
export function samplesOfTable(
  rows: { readonly label: string; readonly values: readonly string[] },
  columns: { readonly label: string; readonly values: readonly string[] },
  counts: Float64Array,
): Sample[] {
  return rows.values.flatMap((row, rowIndex) =>
    columns.values.map((column, columnIndex) => ({
      labels: { [rows.label]: row, [columns.label]: column },
      value: counts[rowIndex * columns.values.length + columnIndex] ?? 0,
    })),
  );
}

/** Label values that another part brings: at most this many a metric; the rest is summed up as `other`. */
const MAX_SOURCE_VALUES = 32;

/** Samples of a record whose keys are label values. */
export function samplesOfRecord(label: string, values: Readonly<Record<string, number>>): Sample[] {
  const entries = Object.entries(values);
  const samples = entries.slice(0, MAX_SOURCE_VALUES).map(([key, value]) => ({ labels: { [label]: key }, value }));
  const rest = entries.slice(MAX_SOURCE_VALUES);
  if (rest.length === 0) return samples;
  return [...samples, { labels: { [label]: "other" }, value: rest.reduce((sum, [, value]) => sum + value, 0) }];
}
