/**
 * How close memory is to its limit, read four times a second; the product refuses work by it before the kernel kills.
 * Where work would be refused, garbage is collected first: an instance that refuses everything allocates nothing, so V8
 * would not collect by itself, and what finished requests left behind would keep it refusing for ever.
 *
 * In use is what cannot be reclaimed: anonymous and shared-memory pages. Resident size as a whole would not do: 45 to
 * 50 MiB of it are the pages of Node's own executable, which the kernel drops at will, and in a container of 128 MiB
 * they alone would read as pressure for ever. Nor would what V8 knows of (heap and external): 50 MiB of it are tables
 * and the context ring, reserved at the start and touched as they fill.
 */
import { readFileSync } from "node:fs";
import type { Component, ComponentHealth } from "../model/ports/component.ts";

export interface MemoryPressureSettings {
  /** Of resolveMemoryLimit(). */
  readonly limitBytes: number;
  /** Default 250. */
  readonly sampleIntervalMs?: number;
  /** From this share of the limit on, new large work should wait. Default 0.65. */
  readonly softShare?: number;
  /** From this share of the limit on, all new work should be refused. Default 0.80. */
  readonly hardShare?: number;
  /** At least so many samples between two full collections. Default 8: two seconds, so 2 % of the time at most. */
  readonly collectEverySamples?: number;
}

export type PressureLevel = "ok" | "soft" | "hard";

const MIB = 2 ** 20;

export class MemoryPressure implements Component {
  readonly id = "memory-pressure";
  readonly #limitBytes: number;
  readonly #sampleIntervalMs: number;
  readonly #softShare: number;
  readonly #hardShare: number;
  readonly #collectEverySamples: number;
  readonly #readInUse: () => number;
  readonly #collect: () => void;
  #share = 0;
  #samplesSinceCollection = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param readInUse bytes in use now; tests bring their own
   * @param collect makes memory free: a full garbage collection, and whatever else can be let go of
   */
  constructor(settings: MemoryPressureSettings, readInUse: () => number, collect: () => void) {
    this.#limitBytes = settings.limitBytes;
    this.#sampleIntervalMs = settings.sampleIntervalMs ?? 250;
    this.#softShare = settings.softShare ?? 0.65;
    this.#hardShare = settings.hardShare ?? 0.8;
    this.#collectEverySamples = settings.collectEverySamples ?? 8;
    this.#readInUse = readInUse;
    this.#collect = collect;
  }

  start(): Promise<void> {
    this.sample();
    this.#timer = setInterval(() => this.sample(), this.#sampleIntervalMs);
    this.#timer.unref();
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    return Promise.resolve();
  }

  /** Reads now; the timer calls it. */
  sample(): void {
    this.#samplesSinceCollection++;
    this.#read();
    if (this.#share >= this.#hardShare) this.#collectSometimes();
  }

  /**
   * May so much more be taken at once? Reads now: about 50 µs.
   * @param isAlone nothing else is under way, so that it could never be taken otherwise: half-way between the two
   * shares;
   *   else the soft one. What lies above is for small work, or large requests one by one would keep everyone out.
   */
  hasRoomFor(bytes: number, isAlone: boolean): boolean {
    const share = isAlone ? (this.#softShare + this.#hardShare) / 2 : this.#softShare;
    this.#read();
    if (this.#fits(bytes, share)) return true;
    this.#collectSometimes();
    return this.#fits(bytes, share);
  }

  /** Memory in use over the limit at the last sample: 0..1, and above when the limit is softer than the kernel's. */
  value(): number {
    return this.#share;
  }

  level(): PressureLevel {
    if (this.#share >= this.#hardShare) return "hard";
    return this.#share >= this.#softShare ? "soft" : "ok";
  }

  #read(): void {
    this.#share = this.#readInUse() / this.#limitBytes;
  }

  #fits(bytes: number, share: number): boolean {
    return this.#share + bytes / this.#limitBytes < share;
  }

  #collectSometimes(): void {
    if (this.#samplesSinceCollection < this.#collectEverySamples) return;
    this.#samplesSinceCollection = 0;
    this.#collect();
    this.#read();
  }

  health(): ComponentHealth {
    if (this.level() === "ok") return { state: "ok" };
    const percent = Math.round(this.#share * 100);
    const limitMib = Math.round(this.#limitBytes / MIB);
    return { state: "degraded", message: `Memory in use is ${percent} % of the limit of ${limitMib} MiB` };
  }
}

/** Bytes that this process uses and the kernel cannot take back. */
export function readMemoryInUse(): number {
  return readUnreclaimable() ?? process.memoryUsage.rss();
}

/** RssAnon + RssShmem of Linux, bytes; undefined elsewhere. */
function readUnreclaimable(): number | undefined {
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    const [anonymous, shared] = [/^RssAnon:\s+(\d+) kB$/m.exec(status), /^RssShmem:\s+(\d+) kB$/m.exec(status)];
    if (anonymous === null || shared === null) return undefined;
    return (Number(anonymous[1]) + Number(shared[1])) * 1024;
  } catch {
    return undefined;
  }
}
