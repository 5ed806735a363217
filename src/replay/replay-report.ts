/**
 * The report of a replay: counts, reasons, the spending against the budget, and the errors of the weights. A replay
 * sees every record, so the estimate of every pattern is compared with its true count.
 */

import type { Engine } from "../core/engine/engine.ts";
import type { RequestTransaction } from "../core/engine/request-transaction.ts";
import { CountEstimate } from "../core/estimate/count-estimate.ts";
import { countedEventMs } from "../core/summaries/event-time.ts";
import type { SummaryRow } from "../core/summaries/summary-flush.ts";
import { KEEP_REASONS, keepReasonCode } from "../model/decision.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { EstimateSummary } from "./estimate-report.ts";
import { EstimateReport } from "./estimate-report.ts";

const CONTEXT = keepReasonCode("context");
const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;
/** Kept lines from which on the estimate of a pattern is evaluated. */
const JUDGED_KEPT = 10;

interface PatternTruth {
  readonly estimate: CountEstimate;
  count: number;
  firstKept: boolean;
}

export interface ReplaySummary {
  readonly received: { readonly records: number; readonly bytes: number };
  readonly kept: { readonly records: number; readonly bytes: number; readonly ratio: number };
  readonly reasons: Readonly<Record<string, number>>;
  readonly budget: {
    readonly granted_bytes: number;
    readonly kept_over_granted: number;
    /** Worst hour: kept bytes over received bytes. */
    readonly worst_hour_ratio: number;
    /** Billed bytes of the UTC day that cost most. */
    readonly worst_day_bytes: number;
  };
  readonly patterns: {
    readonly count: number;
    readonly first_line_kept: number;
    readonly judged: number;
    /** Share of judged patterns whose true count lies in their 95 % interval. */
    readonly interval_coverage: number;
    /** Mean of |stamped weight · p − 1| over drawn survivors. */
    readonly mean_weight_error: number;
    /** Σ weights over records received, less 1. */
    readonly total_count_error: number;
  };
  readonly estimates: EstimateSummary;
  readonly summaries: number;
  readonly ledger: {
    readonly received: number;
    readonly generated: number;
    readonly forwarded: number;
    readonly sampled_out: number;
    readonly muted: number;
    readonly rejected: number;
    readonly error: number;
  };
}

export class ReplayReport {
  readonly #engine: Engine;
  readonly #patterns = new Map<string, PatternTruth>();
  readonly #hours = new Map<number, { received: number; billed: number }>();
  readonly #estimates = new EstimateReport();
  readonly #reasons = new Float64Array(KEEP_REASONS.length);
  #records = 0;
  #bytes = 0;
  #rejected = 0;
  #kept = 0;
  #billedBytes = 0;
  #sampledOut = 0;
  #muted = 0;
  #summaries = 0;
  #weightError = 0;
  #drawnKept = 0;
  #weightSum = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  received(batch: LogBatch, rejected: number, bytes: number, clockMs: number): void {
    this.#records += batch.recordCount;
    this.#rejected += rejected;
    this.#bytes += bytes;
    this.#hour(clockMs).received += bytes;
  }

  decided(request: RequestTransaction, clockMs: number): void {
    for (const counts of request.counts()) {
      for (const [code, count] of counts.keptByReason.entries())
        this.#reasons[code] = (this.#reasons[code] ?? 0) + count;
      this.#kept += counts.keptRecords;
      for (const count of counts.sampledOut) this.#sampledOut += count;
      for (const count of counts.muted) this.#muted += count;
    }
    for (let i = 0; i < request.batch.recordCount; i++) this.#update(request, i, clockMs);
  }

  #update({ batch, decisions }: RequestTransaction, i: number, clockMs: number): void {
    const pattern = this.#engine.signature.patterns.id(batch.pattern[i] ?? 0);
    const truth = this.#truth(pattern);
    const keep = decisions.keep[i] === 1;
    truth.count++;
    if (truth.count === 1) truth.firstKept = keep;
    const p = decisions.probability[i] ?? 0;
    const weight = decisions.weight[i] ?? 0;
    const isKept = keep && weight > 0;
    const trace = traceKey(batch, i);
    const timeMs = countedEventMs(batch.timeMs[i] ?? 0, clockMs);
    this.#estimates.add({ pattern, timeMs, probability: p, isKept, trace }, clockMs);
    if (!isKept) return;
    this.#weightSum += weight;
    truth.estimate.add(p, trace);
    if (p >= 1) return;
    this.#weightError += Math.abs(weight * p - 1);
    this.#drawnKept++;
  }

  #truth(id: string): PatternTruth {
    const known = this.#patterns.get(id);
    if (known !== undefined) return known;
    const created = { estimate: new CountEstimate({ wholePatterns: true }), count: 0, firstKept: false };
    this.#patterns.set(id, created);
    return created;
  }

  /** Counts sampled-out records that are forwarded as context, with weight 0. */
  releasedContext(records: number): void {
    this.#reasons[CONTEXT] = (this.#reasons[CONTEXT] ?? 0) + records;
    this.#kept += records;
    this.#sampledOut -= records;
  }

  summarised(rows: readonly SummaryRow[]): void {
    this.#summaries += rows.length;
    this.#estimates.summarised(rows);
  }

  billed(clockMs: number, bytes: number): void {
    this.#billedBytes += bytes;
    this.#hour(clockMs).billed += bytes;
  }

  #hour(clockMs: number): { received: number; billed: number } {
    const hour = Math.floor(clockMs / HOUR_MS);
    const known = this.#hours.get(hour);
    if (known !== undefined) return known;
    const created = { received: 0, billed: 0 };
    this.#hours.set(hour, created);
    return created;
  }

  summary(): ReplaySummary {
    const judged = [...this.#patterns.values()].filter((truth) => truth.estimate.kept >= JUDGED_KEPT);
    const covered = judged.filter(isCovered).length;
    const { granted } = this.#engine.sampler.view.budget();
    const received = this.#records + this.#rejected;
    const forwarded = this.#kept + this.#summaries;
    const left = received + this.#summaries;
    return {
      received: { records: received, bytes: this.#bytes },
      kept: { records: this.#kept, bytes: this.#billedBytes, ratio: ratio(this.#billedBytes, this.#bytes) },
      reasons: this.#reasonCounts(),
      budget: {
        granted_bytes: Math.round(granted),
        kept_over_granted: ratio(this.#billedBytes, granted),
        worst_hour_ratio: Math.max(0, ...[...this.#hours.values()].map((hour) => ratio(hour.billed, hour.received))),
        worst_day_bytes: this.#worstDay(),
      },
      patterns: {
        count: this.#patterns.size,
        first_line_kept: [...this.#patterns.values()].filter((truth) => truth.firstKept).length,
        judged: judged.length,
        interval_coverage: ratio(covered, judged.length),
        mean_weight_error: ratio(this.#weightError, this.#drawnKept),
        total_count_error: ratio(this.#weightSum, this.#records) - (this.#records === 0 ? 0 : 1),
      },
      estimates: this.#estimates.summary(),
      summaries: this.#summaries,
      ledger: {
        received,
        generated: this.#summaries,
        forwarded,
        sampled_out: this.#sampledOut,
        muted: this.#muted,
        rejected: this.#rejected,
        error: left - forwarded - this.#sampledOut - this.#muted - this.#rejected,
      },
    };
  }

  #worstDay(): number {
    const days = new Map<number, number>();
    for (const [hour, { billed }] of this.#hours) {
      const day = Math.floor(hour / HOURS_PER_DAY);
      days.set(day, (days.get(day) ?? 0) + billed);
    }
    return Math.max(0, ...days.values());
  }

  #reasonCounts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [code, reason] of KEEP_REASONS.entries()) {
      const count = this.#reasons[code] ?? 0;
      if (count > 0) counts[reason] = count;
    }
    return counts;
  }
}

/** Sums of weights are doubles: an exact estimate may differ from the count by rounding. */
function isCovered(truth: PatternTruth): boolean {
  const { low, high } = truth.estimate.interval();
  const rounding = 1e-9 * truth.count;
  return low - rounding <= truth.count && truth.count <= high + rounding;
}

function traceKey(batch: LogBatch, i: number): string {
  const at = batch.traceStart[i] ?? 0;
  return at === 0 ? "" : Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + at, 16).toString("latin1");
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
