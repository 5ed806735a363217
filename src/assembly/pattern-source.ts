/** Patterns for people: rows of the signature table with what the sampler knows of them. */

import type { PatternDetail, PatternRow } from "../admin/shapes/patterns.ts";
import { UPPER_TAIL } from "../core/estimate/gamma-quantile.ts";
import type { PatternAnswer } from "../core/sampling/pattern-view.ts";
import type { ProductParts } from "./product-parts.ts";

/** What a row of the list is made of. */
export type PatternParts = Pick<ProductParts, "engine" | "env" | "config">;

const NEW_MS = 60 * 60_000;
const QUIET_MS = 5 * 60_000;

export function readPattern(parts: ProductParts, id: string): PatternDetail | undefined {
  const row = parts.engine.signature.patterns.find(id);
  if (row < 0 || !parts.engine.sampler.view.isSeen(row)) return undefined;
  const policy = parts.policies.policy.patterns[id];
  const base = patternRow(parts, row);
  const answer = parts.engine.sampler.view.pattern(row, parts.env.now().monoMs);
  return {
    ...base,
    weighted_records: answer.totals.weightSum,
    weighted_records_plus_minus: halfWidth(answer.totals.weightVariance),
    value: answer.value,
    floor_per_minute: answer.floorPerMinute,
    baseline_per_second: policy?.baseline ?? null,
    family: policy?.family ?? null,
    aliases: [...parts.engine.signature.patterns.aliases()]
      .filter(([, canonical]) => canonical === base.id)
      .map(([old]) => old),
    because: becauseOf(answer, base),
  };
}

export function patternRow(parts: PatternParts, row: number): PatternRow {
  const { sampler } = parts.engine;
  const { patterns } = parts.engine.signature;
  const now = parts.env.now();
  const answer = sampler.view.pattern(row, now.monoMs);
  const { totals, linesPerSecond } = answer;
  const sinceMs = now.monoMs - answer.lastSeenMs;
  const firstMs = now.monoMs - answer.firstSeenMs;
  const rate = Math.max(linesPerSecond.slow, linesPerSecond.fast);
  return {
    id: patterns.id(row),
    template: patterns.template(row),
    service: patterns.service(row),
    severity: patterns.severityName(row),
    state: firstMs < NEW_MS ? "new" : sinceMs > QUIET_MS ? "quiet" : "steady",
    records: totals.records,
    bytes: totals.bytes,
    kept: totals.kept,
    records_per_second: rate,
    bytes_per_second: rate * answer.bytesPerLine,
    probability: answer.probability ?? parts.config.sampling.budget.keep_ratio ?? 1,
    reason: sampler.view.keepReason(row),
    rule: answer.rule?.id ?? null,
    first_seen: new Date(now.wallMs - firstMs).toISOString(),
    last_seen: new Date(now.wallMs - sinceMs).toISOString(),
  };
}

function becauseOf({ value, totals }: PatternAnswer, pattern: PatternRow): string[] {
  const sentences: string[] = [];
  if (pattern.rule !== null) sentences.push(`the rule ${pattern.rule} applies to every record of the pattern`);
  sentences.push(`${pattern.records_per_second.toPrecision(3)} records a second arrive`);
  sentences.push(`its value is ${value.toPrecision(3)}, from severity, failure words, age and policy`);
  sentences.push(`the current plan keeps ${(100 * pattern.probability).toPrecision(3)} % of its records`);
  if (totals.weightSum > totals.kept) {
    const sum = Math.round(totals.weightSum);
    const plusMinus = Math.round(halfWidth(totals.weightVariance));
    sentences.push(`the sum of weights is ${sum} ± ${plusMinus}; ${pattern.records} records arrived`);
  }
  return sentences;
}

/**
 * Half width of a 95 % interval, computed as if every line drew independently. Lines without a trace draw
 * systematically, which makes their sum several times more exact; the totals do not separate them, so the interval is
 * too wide for them.
 */
function halfWidth(variance: number): number {
  return UPPER_TAIL.z * Math.sqrt(variance);
}
