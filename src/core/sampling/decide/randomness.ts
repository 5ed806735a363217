/**
 * The randomness R of a record. With a trace id: hash(seed, trace id), so that the lines of a trace are kept or dropped
 * together and no caller can choose the outcome. After TRACE_LINES_MAX lines of one trace in a pattern's window (or a
 * loop inside one trace would be all or nothing), and without a trace id: the systematic draw, by the number n of lines
 * of the pattern that drew in this way before:
 *
 *   R = hash(seed, instance, pattern row, n div RUN) + (n mod RUN) · step   (mod 2^32),
 *
 * a Weyl sequence from a secret start. Each R is uniform and independent of p, as a hash of its own would be, so
 * weights are unbiased and kept sets are nested. But of any stretch of lines the share p is kept to within a line or
 * two, where independent draws deviate by the root of what they keep; this holds also while p changes. A new run starts
 * after RUN lines, with another start and another step: otherwise lines that recur at a period that one step nearly
 * repeats (for the golden ratio, a Fibonacci number) would be drawn in clumps. With runs their variance is that of
 * independent draws, and for a few periods two to four times it (4.5 at worst, at a period of 41 lines).
 */
import type { LogBatch } from "../../../model/log-batch.ts";
import type { HashKey } from "../../math/keyed-hash.ts";
import { hashWords, secondKey } from "../../math/keyed-hash.ts";
import { RUN_BITS, weylTerm } from "../../math/weyl-sequence.ts";

/** Lines of one trace, in one pattern and window, that share the R of the trace. */
const TRACE_LINES_MAX = 16;
/** Counters of (pattern, trace): 32 KiB. */
const COUNTERS = 1 << 15;

export class Randomness {
  readonly #key: HashKey;
  /** For the digits of R that decide nothing. */
  readonly #textKey: HashKey;
  readonly #instance: number;
  readonly #trustTraceIds: boolean;
  /**
   * Lines of (pattern, trace) in this window, by hash: a collision only moves a record to the systematic draw early.
   */
  readonly #lines = new Uint8Array(COUNTERS);
  #window = -1;

  constructor(key: HashKey, instance: number, trustTraceIds: boolean) {
    this.#key = key;
    this.#textKey = secondKey(key);
    this.#instance = instance | 0;
    this.#trustTraceIds = trustTraceIds;
  }

  /** Starts a window: resets the counts of lines by trace. */
  beginWindow(window: number): void {
    if (window === this.#window) return;
    this.#window = window;
    this.#lines.fill(0);
  }

  /**
   * Keyed hashes of the trace ids of a slice (as `hashSixteenBytes`), by record; the entry of a record without a trace
   * id is undefined. One loop over all of them, so that the cache misses of ids far apart in the request overlap.
   */
  hashTraces(batch: LogBatch, from: number, to: number, hashes: Uint32Array): void {
    const { bytes, traceStart } = batch;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const key = this.#key;
    for (let i = from; i < to; i++) {
      const at = traceStart[i];
      if (at === 0) continue;
      const a = view.getUint32(at, true);
      const b = view.getUint32(at + 4, true);
      const c = view.getUint32(at + 8, true);
      hashes[i - from] = hashWords(key, a, b, c, view.getUint32(at + 12, true));
    }
  }

  /**
   * Top 32 bits of R of a record with a trace id at `at`.
   * @param hash of the trace id
   * @param row of its pattern
   * @param drawCount see `systematic`
   */
  ofTrace(bytes: Uint8Array, at: number, hash: number, row: number, drawCount: Uint32Array): number {
    const random = this.#trustTraceIds ? topOfTraceId(bytes, at) : hash;
    const slot = (random ^ Math.imul(row, 0x9e3779b1)) & (COUNTERS - 1);
    if (this.#lines[slot] < TRACE_LINES_MAX) {
      this.#lines[slot]++;
      return random;
    }
    return this.systematic(row, drawCount);
  }

  /**
   * Top 32 bits of R of a record in the systematic draw.
   * @param drawCount by row, the systematic draws so far; increased by this one
   */
  systematic(row: number, drawCount: Uint32Array): number {
    const n = drawCount[row]++;
    const start = hashWords(this.#key, this.#instance, row, n >>> RUN_BITS, 0);
    return weylTerm(start, n);
  }

  /**
   * R as 14 hex digits, for the attribute sampling.randomness. Its lower 24 bits are a hash of the top and decide
   * nothing.
   */
  text(top: number): string {
    const low = hashWords(this.#textKey, top, 0, 0, 0) >>> 8;
    return top.toString(16).padStart(8, "0") + low.toString(16).padStart(6, "0");
  }

  /** Whether R is the one that OpenTelemetry's rule derives from the trace id. */
  isOfTraceId(top: number, bytes: Uint8Array, at: number): boolean {
    return this.#trustTraceIds && at !== 0 && top === topOfTraceId(bytes, at);
  }
}

/** The top 32 bits of OpenTelemetry's R, which is the low 56 bits of the trace id: bytes 9 to 12. */
function topOfTraceId(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 9] << 24) | (bytes[at + 10] << 16) | (bytes[at + 11] << 8) | bytes[at + 12]) >>> 0;
}
