/** A sampler on its own: batches made of (pattern, bytes, severity, trace) without a wire format, under a settable clock. */
import { createLogBatch } from "../../../src/core/otlp/index/log-batch.ts";
import { decodeUtf8, encodeUtf8 } from "../../../src/core/otlp/wire/utf8.ts";
import { Decisions } from "../../../src/core/sampling/decide/decisions.ts";
import type { SliceCounts } from "../../../src/core/sampling/decide/slice-counts.ts";
import type { PatternAnswer } from "../../../src/core/sampling/pattern-view.ts";
import type { RecordProbe } from "../../../src/core/sampling/rules/rules.ts";
import { compileRules } from "../../../src/core/sampling/rules/rules.ts";
import { Sampler } from "../../../src/core/sampling/sampler.ts";
import type { SamplingSettings, ServiceSettings } from "../../../src/core/sampling/settings.ts";
import type { SamplerView } from "../../../src/core/sampling/view.ts";
import type { KeepReason } from "../../../src/model/decision.ts";
import { KEEP_REASONS } from "../../../src/model/decision.ts";
import type { LogBatch } from "../../../src/model/log-batch.ts";
import type { SamplingRule } from "../../../src/model/policy.ts";
import type { RecordSlice } from "../../../src/model/record-slice.ts";
import { severityClassOf } from "../../../src/model/severity.ts";

export interface RigRecord {
  readonly pattern: number;
  /** Content bytes. */
  readonly bytes?: number;
  readonly severity?: number;
  /** Number of the trace; 0 = none. */
  readonly trace?: number;
  readonly timeMs?: number;
  /** What rules that look into records see. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RigOptions {
  readonly keepRatio?: number;
  readonly bytesPerSecond?: number;
  readonly bytesPerDay?: number;
  readonly templateOf?: (row: number) => string;
  /** Input bytes a second of ordinary times; left out, they are learned. */
  readonly baseline?: number;
  readonly seed?: number;
  readonly mode?: "enforce" | "observe";
  readonly patterns?: number;
  readonly services?: Readonly<Record<string, Partial<ServiceSettings>>>;
  readonly maxServices?: number;
  readonly trustTraceIds?: boolean;
  readonly instance?: number;
  readonly known?: boolean;
  readonly serviceOf?: (pattern: number) => string;
  readonly severityOf?: (pattern: number) => number;
  readonly rules?: readonly SamplingRule[];
}

export interface Decided {
  readonly batch: LogBatch;
  readonly decisions: Decisions;
  readonly counts: SliceCounts;
  /** The records as the sampler was given them: what an undo takes back. */
  readonly slice: RecordSlice;
}

const START_MS = 1_700_000_000_000;

/** Stamps and framing of a kept record, as in mode minimal. */
export const RIG_STAMP_BYTES = 74;

/** Published id of a pattern of the rig. */
export function rigPatternId(pattern: number): string {
  return `1${String(pattern).padStart(11, "0")}`;
}

export class SamplingRig {
  readonly sampler: Sampler;
  readonly startMs: number = START_MS;
  nowMs: number = START_MS;
  /** Fill of the export queue, 0..1. */
  backlog = 0;
  readonly #severityOf: (pattern: number) => number;
  readonly #records = new WeakMap<LogBatch, readonly RigRecord[]>();
  readonly #probe: RecordProbe = {
    attributeEquals: (batch, record, key, value) =>
      this.#records.get(batch)?.[record]?.attributes?.[textOf(key)] === textOf(value),
    bodyContains: (batch, record, needle) =>
      this.#records.get(batch)?.[record]?.body?.includes(textOf(needle)) ?? false,
  };

  constructor(options: RigOptions = {}) {
    const severityOf = options.severityOf ?? (() => 9);
    const serviceOf = options.serviceOf ?? (() => "service");
    this.#severityOf = severityOf;
    this.sampler = new Sampler(
      samplingSettings(options),
      {
        id: rigPatternId,
        service: serviceOf,
        severityClass: (row) => severityClassOf(severityOf(row)),
        template: (row) => options.templateOf?.(row) ?? "",
        known: () => options.known ?? false,
        isSeeded: () => options.known ?? false,
        hash: (row) => ({ first: Math.imul(row + 1, 0x9e3779b1), second: Math.imul(row + 1, 0x85ebca6b) }),
      },
      this.#probe,
    );
    if (options.rules !== undefined) this.setRules(options.rules);
  }

  get now(): { readonly monoMs: number; readonly wallMs: number } {
    return { monoMs: this.nowMs, wallMs: this.nowMs };
  }

  get view(): SamplerView {
    return this.sampler.view;
  }

  /** What the sampler knows of a pattern now. */
  pattern(pattern: number): PatternAnswer {
    return this.view.pattern(pattern, this.nowMs);
  }

  setRules(rules: readonly SamplingRule[]): void {
    this.sampler.setRules(
      compileRules(rules, this.nowMs, encodeUtf8, (id) => id, Date.parse),
      this.#probe,
    );
  }

  /** Runs the ticks of the next `ms`. */
  wait(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      this.nowMs += Math.min(1000, left);
      this.sampler.advance(this.now, this.backlog);
    }
  }

  /** Decides one batch of a peer; `spends` tells the budget what was kept, as the pipeline does. */
  send(records: readonly RigRecord[], spends: boolean = true, peer: number = 0): Decided {
    const batch = this.batchOf(records);
    this.sampler.advance(this.now, this.backlog);
    const sender = { trusted: false, peer };
    const slice: RecordSlice = { batch, from: 0, to: records.length, index: 0, now: this.now, sender };
    const decisions = new Decisions(Math.max(1, records.length));
    this.sampler.decide(slice, decisions);
    const decided = { batch, decisions, counts: decisions.counts(0), slice };
    if (spends) this.sampler.spend(keptBytes(decided));
    return decided;
  }

  /** Takes a batch back, as the pipeline does when the queue could not store it. */
  undo({ slice, decisions }: Decided): void {
    this.sampler.undo(slice, decisions);
  }

  /** Sends a batch a second, and tells of each what became of it. */
  run(seconds: number, recordsOf: (second: number) => readonly RigRecord[], each: (decided: Decided) => void): void {
    for (let second = 0; second < seconds; second++) {
      this.wait(1000);
      each(this.send(recordsOf(second)));
    }
  }

  batchOf(records: readonly RigRecord[]): LogBatch {
    const batch = createLogBatch(Math.max(1, records.length));
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
      const id = new DataView(bytes.buffer, 16 * (i + 1));
      id.setUint32(0, trace);
      // OpenTelemetry's R is in the last seven bytes.
      id.setUint32(9, Math.imul(trace, 0x9e3779b1));
    }
    this.#records.set(batch, records);
    return batch;
  }
}

/** A sampler that has seen a dozen patterns of INFO for some minutes: none is new, all have a plan, floors come round. */
export function seasonedRig(options: RigOptions = {}): SamplingRig {
  const rig = new SamplingRig({ keepRatio: 0.05, ...options });
  rig.run(
    300,
    () => Array.from({ length: 60 }, (_, i) => ({ pattern: i % 12 === 9 ? 10 : i % 12 })),
    () => undefined,
  );
  return rig;
}

/** Content and stamps of the kept records of a batch. */
export function keptBytes({ batch, decisions }: Pick<Decided, "batch" | "decisions">): number {
  let bytes = 0;
  for (let i = 0; i < batch.recordCount; i++) {
    if (decisions.keep[i] === 1) bytes += (batch.recordEnd[i] ?? 0) - (batch.recordStart[i] ?? 0) + RIG_STAMP_BYTES;
  }
  return bytes;
}

type ReasonTold = KeepReason | "muted" | `-${KeepReason}`;

/** Reason of every record; of those that were not kept "muted", or what decided their probability with a minus before it. */
export function reasonsOf({ batch, decisions }: Decided): ReasonTold[] {
  return Array.from({ length: batch.recordCount }, (_, i): ReasonTold => {
    const reason = KEEP_REASONS[decisions.reason[i] ?? 255];
    if (reason === undefined) return "muted";
    return decisions.keep[i] === 1 ? reason : `-${reason}`;
  });
}

/** As many equal records. */
export function times(count: number, record: RigRecord): RigRecord[] {
  return Array.from({ length: count }, () => record);
}

function textOf(bytes: Uint8Array): string {
  return decodeUtf8(bytes, 0, bytes.length);
}

/** What a sampler is told, with a default for all that a test leaves open. */
export function samplingSettings(options: RigOptions): SamplingSettings {
  const seed = options.seed ?? 1;
  const nothing: ServiceSettings = { mode: undefined, keepRatio: undefined, bytesPerSecond: undefined };
  return {
    budget: {
      keepRatio: options.keepRatio,
      bytesPerSecond: options.bytesPerSecond,
      bytesPerDay: options.bytesPerDay,
      baselineBytesPerSecond: options.baseline,
    },
    mode: options.mode ?? "enforce",
    services: new Map(
      Object.entries(options.services ?? {}).map(([name, settings]) => [name, { ...nothing, ...settings }]),
    ),
    maxPatterns: options.patterns ?? 4096,
    maxServices: options.maxServices ?? 64,
    key: Uint8Array.from({ length: 16 }, (_, i) => (seed * 2_654_435_761 + i * 40_503) & 255),
    instance: options.instance ?? 7,
    trustTraceIds: options.trustTraceIds ?? false,
    stampBytes: RIG_STAMP_BYTES,
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
