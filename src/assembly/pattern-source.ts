/** Patterns for /api/v1/patterns: rows of the signature table joined with the sampler's state. */

import type { Page } from "../admin/shapes/page.ts";
import type { PatternDetail, PatternQuery, PatternRow, PatternSort } from "../admin/shapes/patterns.ts";
import { UPPER_TAIL } from "../core/estimate/gamma-quantile.ts";
import { FLOOR_MS, floorWindowMs } from "../core/patterns/floor-window.ts";
import {
  SPECIAL_FIRST,
  TOTAL_BYTES,
  TOTAL_KEPT,
  TOTAL_RECORDS,
  TOTAL_WEIGHT_BEYOND,
  TOTALS_STRIDE,
} from "../core/patterns/pattern-state.ts";
import type { ProductParts } from "./product-parts.ts";

const NEW_MS = 60 * 60_000;
const QUIET_MS = 5 * 60_000;

export function listPatterns(parts: ProductParts, query: PatternQuery): Page<PatternRow> {
  const rows: PatternRow[] = [];
  for (const row of parts.engine.signature.patterns.rows()) {
    if (!isSeen(parts, row) || !matches(parts, row, query)) continue;
    rows.push(patternRow(parts, row));
  }
  rows.sort(comparator(query.sort));
  const start = Number(query.cursor ?? "0");
  const offset = Number.isSafeInteger(start) && start >= 0 ? start : 0;
  const items = rows.slice(offset, offset + query.limit);
  const end = offset + items.length;
  return { items, next: end < rows.length ? String(end) : null };
}

export function readPattern(parts: ProductParts, id: string): PatternDetail | undefined {
  const row = parts.engine.signature.patterns.find(id);
  if (row < 0 || !isSeen(parts, row)) return undefined;
  const { state } = parts.engine.sampler.parts;
  const policy = parts.policies.policy.patterns[id];
  const base = patternRow(parts, row);
  return {
    ...base,
    weighted_records: base.kept + (state.totals[row * TOTALS_STRIDE + TOTAL_WEIGHT_BEYOND] ?? 0),
    weighted_records_plus_minus: halfWidth(state.weightVariance[row] ?? 0),
    value: state.value[row] ?? 1,
    floor_per_minute: floorPerMinute(parts, row),
    baseline_per_second: policy?.baseline ?? null,
    family: policy?.family ?? null,
    aliases: [...parts.engine.signature.patterns.aliases()]
      .filter(([, canonical]) => canonical === base.id)
      .map(([old]) => old),
    because: becauseOf(parts, row, base),
  };
}

/** Lines a minute that the pattern's floor keeps. */
export function floorPerMinute({ engine }: ProductParts, row: number): number {
  const { parts, planResult } = engine.sampler;
  return FLOOR_MS / floorWindowMs(parts.state, row, planResult.floorMsPerByte);
}

function isSeen(parts: ProductParts, row: number): boolean {
  return (parts.engine.sampler.parts.state.lastSeenMs[row] ?? -1) >= 0;
}

function matches(parts: ProductParts, row: number, query: PatternQuery): boolean {
  const { patterns } = parts.engine.signature;
  if (query.service !== undefined && patterns.service(row) !== query.service) return false;
  if (query.severity !== undefined && patterns.severityName(row) !== query.severity) return false;
  if (query.search === undefined) return true;
  return patterns.template(row).includes(query.search) || patterns.id(row).includes(query.search);
}

function patternRow(parts: ProductParts, row: number): PatternRow {
  const { signature, sampler } = parts.engine;
  const { patterns } = signature;
  const { state } = sampler.parts;
  const now = parts.env.now();
  const sinceMs = now.monoMs - (state.lastSeenMs[row] ?? 0);
  const firstMs = now.monoMs - (state.firstSeenMs[row] ?? 0);
  const rate = Math.max(state.rateSlow[row] ?? 0, state.rateFast[row] ?? 0);
  const rule = state.rule[row] ?? -1;
  const probability = state.plan[row] ?? 0;
  return {
    id: patterns.id(row),
    template: patterns.template(row),
    service: patterns.service(row),
    severity: patterns.severityName(row),
    state: firstMs < NEW_MS ? "new" : sinceMs > QUIET_MS ? "quiet" : "steady",
    records: state.totals[row * TOTALS_STRIDE + TOTAL_RECORDS] ?? 0,
    bytes: state.totals[row * TOTALS_STRIDE + TOTAL_BYTES] ?? 0,
    kept: state.totals[row * TOTALS_STRIDE + TOTAL_KEPT] ?? 0,
    records_per_second: rate,
    bytes_per_second: rate * (state.meanBytes[row] ?? 0),
    probability: probability > 0 ? probability : (parts.config.sampling.budget.keep_ratio ?? 1),
    reason: reasonOf(parts, row, rule, probability),
    rule: rule >= 0 ? sampler.rules.at(rule).rule.id : null,
    first_seen: new Date(now.wallMs - firstMs).toISOString(),
    last_seen: new Date(now.wallMs - sinceMs).toISOString(),
  };
}

function reasonOf(parts: ProductParts, row: number, rule: number, probability: number): string {
  const { state } = parts.engine.sampler.parts;
  if (parts.config.sampling.mode === "observe") return "observe";
  if (rule >= 0) return parts.engine.sampler.rules.at(rule).rule.kind === "mute" ? "muted" : "rule";
  if ((state.severity[row] ?? 0) >= 5 && probability >= 1) return "error";
  return ((state.special[row] ?? 0) & SPECIAL_FIRST) === 0 ? "sampled" : "novel";
}

function becauseOf(parts: ProductParts, row: number, pattern: PatternRow): string[] {
  const { state } = parts.engine.sampler.parts;
  const sentences: string[] = [];
  if (pattern.rule !== null) sentences.push(`the rule ${pattern.rule} holds for every record of it`);
  sentences.push(`${pattern.records_per_second.toPrecision(3)} records a second arrive`);
  sentences.push(`its value is ${(state.value[row] ?? 1).toPrecision(3)}, by severity, age and policy`);
  sentences.push(`the plan keeps ${(100 * pattern.probability).toPrecision(3)} % of its records`);
  const beyond = state.totals[row * TOTALS_STRIDE + TOTAL_WEIGHT_BEYOND] ?? 0;
  if (beyond > 0) {
    const sum = Math.round(pattern.kept + beyond);
    const plusMinus = Math.round(halfWidth(state.weightVariance[row] ?? 0));
    sentences.push(`summing weights gives ${sum} ± ${plusMinus} records where ${pattern.records} came`);
  }
  return sentences;
}

/**
 * Of a 95 % interval, as if every line drew independently: the sums do not tell lines without a trace, whose whole is
 * known several times closer, from others. So it is too wide for them, never too narrow. Counts that were taken back leave rounding behind, which may be below 0. */
function halfWidth(variance: number): number {
  return UPPER_TAIL.z * Math.sqrt(Math.max(0, variance));
}

function comparator(sort: PatternSort): (a: PatternRow, b: PatternRow) => number {
  if (sort === "id") return (a, b) => (a.id < b.id ? -1 : 1);
  if (sort === "first_seen" || sort === "last_seen") return (a, b) => (a[sort] > b[sort] ? -1 : 1);
  return (a, b) => b[sort] - a[sort] || (a.id < b.id ? -1 : 1);
}
