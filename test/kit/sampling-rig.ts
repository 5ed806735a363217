/** A sampler on its own: batches made of (pattern, bytes, severity, trace) without a wire format, under a settable clock. */
import { createLogBatch } from "../../src/core/otlp/log-batch.ts";
import { type BatchOutcome, createOutcome } from "../../src/core/sampling/batch-outcome.ts";
import { Sampler } from "../../src/core/sampling/sampler.ts";
import type { SamplingSettings } from "../../src/core/sampling/settings.ts";
import type { LogBatch } from "../../src/model/log-batch.ts";
import { severityClassOf } from "../../src/model/severity.ts";

export interface RigRecord {
  readonly pattern: number;
  /** Content bytes. */
  readonly bytes?: number;
  readonly severity?: number;
  /** Number of the trace; 0 = none. */
  readonly trace?: number;
  readonly timeMs?: number;
}

export interface RigOptions {
  readonly keepRatio?: number;
  readonly bytesPerSecond?: number;
  readonly seed?: number;
  readonly mode?: "enforce" | "observe";
  readonly patterns?: number;
  readonly known?: boolean;
  readonly serviceOf?: (pattern: number) => string;
  readonly severityOf?: (pattern: number) => number;
}

const START_MS = 1_700_000_000_000;

export class SamplingRig {
  readonly sampler: Sampler;
  nowMs: number = START_MS;
  readonly #severityOf: (pattern: number) => number;

  constructor(options: RigOptions = {}) {
    const severityOf = options.severityOf ?? (() => 9);
    const serviceOf = options.serviceOf ?? (() => "service");
    this.#severityOf = severityOf;
    this.sampler = new Sampler(settingsOf(options), {
      id: (row) => `1${String(row).padStart(11, "0")}`,
      service: serviceOf,
      severityClass: (row) => severityClassOf(severityOf(row)),
      known: () => options.known ?? false,
    }, { attributeEquals: () => false, bodyContains: () => false });
  }

  get now(): { readonly monoMs: number; readonly wallMs: number } {
    return { monoMs: this.nowMs, wallMs: this.nowMs };
  }

  /** Runs the ticks of the next `ms`. */
  wait(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      this.nowMs += Math.min(1000, left);
      this.sampler.advance(this.now, 0);
    }
  }

  /** Decides one batch; `spends` tells the budget what was kept, as the pipeline does. */
  send(records: readonly RigRecord[], spends: boolean = true): { batch: LogBatch; outcome: BatchOutcome } {
    const batch = this.batchOf(records);
    const outcome = createOutcome();
    this.sampler.advance(this.now, 0);
    this.sampler.decide(outcome, batch, 0, records.length, batch.length, this.now);
    if (spends) this.sampler.spend(keptBytes(batch));
    return { batch, outcome };
  }

  batchOf(records: readonly RigRecord[]): LogBatch {
    const batch = createLogBatch(records.length);
    const bytes = new Uint8Array(16 * (records.length + 1));
    batch.bytes = bytes;
    batch.recordCount = records.length;
    for (const [i, record] of records.entries()) {
      const size = record.bytes ?? 200;
      batch.recordStart[i] = 0;
      batch.recordEnd[i] = size;
      batch.length += size + 4;
      batch.severity[i] = record.severity ?? this.#severityOf(record.pattern);
      batch.timeMs[i] = record.timeMs ?? this.nowMs;
      batch.pattern[i] = record.pattern;
      const trace = record.trace ?? 0;
      if (trace === 0) continue;
      batch.traceStart[i] = 16 * (i + 1);
      new DataView(bytes.buffer).setUint32(16 * (i + 1), trace);
    }
    return batch;
  }
}

/** Content and stamps of the kept records of a batch. */
export function keptBytes(batch: LogBatch): number {
  let bytes = 0;
  for (let i = 0; i < batch.recordCount; i++) {
    if (batch.keep[i] === 1) bytes += (batch.recordEnd[i] ?? 0) - (batch.recordStart[i] ?? 0) + 74;
  }
  return bytes;
}

function settingsOf(options: RigOptions): SamplingSettings {
  const seed = options.seed ?? 1;
  return {
    budget: {
      keepRatio: options.keepRatio,
      bytesPerSecond: options.bytesPerSecond,
      baselineBytesPerSecond: undefined,
    },
    mode: options.mode ?? "enforce",
    services: new Map(),
    maxPatterns: options.patterns ?? 4096,
    maxServices: 64,
    key: Uint8Array.from({ length: 16 }, (_, i) => (seed * 2_654_435_761 + i * 40_503) & 255),
    instance: 7,
    trustTraceIds: false,
    summaries: { intervalMs: 60_000, maxBudgetShare: 0.05 },
    context: { maxBytes: 0, windowMs: 30_000 },
  };
}

/** A small deterministic generator for simulated traffic; not for anything secret. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** [0, 1) */
  next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
}
