/** Reading what the stand-in stored: stamps, summaries, and what a count over weights says. */
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import { attributeValue } from "../product/standin.ts";

/** A summary read back: the attributes of its record. */
export interface SummaryReadBack {
  readonly service: string;
  readonly pattern: string;
  readonly template: string | undefined;
  readonly minuteUnixSeconds: number;
  readonly count: number;
  readonly bytes: number;
  readonly kept: number;
  readonly weightSum: number;
  readonly context: number;
  readonly id: string;
}

/** 16 zero bytes. */
const NO_TRACE = "AAAAAAAAAAAAAAAAAAAAAA==";

export function isSummary(row: StoredRow): boolean {
  return row.event_name === "lipservice.pattern.summary";
}

/** Rows of applications, without records of ours. */
export function applicationRows(rows: readonly StoredRow[]): StoredRow[] {
  return rows.filter((row) => !isSummary(row));
}

/** lipservice.pattern, or undefined. */
export function patternOf(row: StoredRow): string | undefined {
  return attributeValue(row.attributes, "lipservice.pattern");
}

/** lipservice.weight, which is left out when it is 1. */
export function weightOf(row: StoredRow): number {
  return Number(row.attributes["lipservice.weight"] ?? 1);
}

/** The row's attributes as values, without stamps of ours. */
export function ownAttributes(row: StoredRow): Record<string, unknown> {
  const own = Object.entries(row.attributes).filter(([key]) => !/^(lipservice|sampling)\./.test(key));
  return Object.fromEntries(own.map(([key, text]) => [key, JSON.parse(text)]));
}

export function resourceOf(row: StoredRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row.resource_attributes).map(([key, text]) => [key, JSON.parse(text)]));
}

/** Lower-case hex of an id. */
export function hexOf(id: string): string {
  return Buffer.from(id, "base64").toString("hex");
}

/**
 * What the kept rows say of all: the sum of their weights, and its standard deviation by the Horvitz-Thompson estimator.
 * Draws of one trace share their randomness, so that of a pair the surer one is kept whenever the other is.
 */
export function countByWeights(rows: readonly StoredRow[]): { readonly total: number; readonly deviation: number } {
  const traces = new Map<string, number[]>();
  let total = 0;
  let variance = 0;
  for (const row of rows) {
    const weight = weightOf(row);
    total += weight;
    if (weight <= 1) continue;
    const trace = traces.get(row.trace_id);
    if (trace !== undefined && row.trace_id !== NO_TRACE) trace.push(weight);
    else if (row.trace_id !== NO_TRACE) traces.set(row.trace_id, [weight]);
    else variance += weight * (weight - 1);
  }
  for (const weights of traces.values()) {
    for (const one of weights) {
      for (const other of weights) variance += Math.max(one, other) * (Math.min(one, other) - 1);
    }
  }
  return { total, deviation: Math.sqrt(variance) };
}

export function summariesOf(rows: readonly StoredRow[]): SummaryReadBack[] {
  return rows.filter(isSummary).map((row) => {
    const number = (key: string): number => Number(row.attributes[key]);
    return {
      service: row.service_name,
      pattern: attributeValue(row.attributes, "pattern") ?? "",
      template: attributeValue(row.attributes, "template"),
      minuteUnixSeconds: number("minute_unix_seconds"),
      count: number("count"),
      bytes: number("bytes"),
      kept: number("kept"),
      weightSum: number("weight_sum"),
      context: number("context"),
      id: attributeValue(row.attributes, "id") ?? "",
    };
  });
}

/** What the stored weights of a pattern add up to, and half the width of the 95 % interval of that sum. */
export function weightsOf(
  rows: readonly StoredRow[],
  pattern: string,
): { readonly sum: number; readonly plusMinus: number } {
  let sum = 0;
  let variance = 0;
  for (const row of applicationRows(rows)) {
    if (patternOf(row) !== pattern) continue;
    const weight = weightOf(row);
    sum += weight;
    variance += weight * Math.max(0, weight - 1);
  }
  return { sum, plusMinus: 1.959964 * Math.sqrt(variance) };
}
