/**
 * How close memory is to its limit, read four times a second; the product refuses work by it before the kernel kills.
 *
 * In use is the larger of what cannot be reclaimed (anonymous and shared-memory pages) and what V8 knows of
 * (heapUsed + external: reserved buffers count before their pages are touched). Resident size as a whole would not do:
 * 45 to 50 MiB of it are the pages of Node's own executable, which the kernel drops at will, and in a container of
 * 128 MiB they alone would read as pressure for ever.
 */
import { readFileSync } from "node:fs";
import { getHeapStatistics } from "node:v8";
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
}

export type PressureLevel = "ok" | "soft" | "hard";

const MIB = 2 ** 20;

export class MemoryPressure implements Component {
  readonly id = "memory-pressure";
  readonly #limitBytes: number;
  readonly #sampleIntervalMs: number;
  readonly #softShare: number;
  readonly #hardShare: number;
  readonly #readInUse: () => number;
  #share = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param readInUse bytes in use now; tests bring their own */
  constructor(settings: MemoryPressureSettings, readInUse: () => number = readMemoryInUse) {
    this.#limitBytes = settings.limitBytes;
    this.#sampleIntervalMs = settings.sampleIntervalMs ?? 250;
    this.#softShare = settings.softShare ?? 0.65;
    this.#hardShare = settings.hardShare ?? 0.8;
    this.#readInUse = readInUse;
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
    this.#share = this.#readInUse() / this.#limitBytes;
  }

  /** Memory in use over the limit at the last sample: 0..1, and above when the limit is softer than the kernel's. */
  value(): number {
    return this.#share;
  }

  level(): PressureLevel {
    if (this.#share >= this.#hardShare) return "hard";
    return this.#share >= this.#softShare ? "soft" : "ok";
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
  // process.memoryUsage() would read the resident size from the kernel as well.
  const { used_heap_size: heapUsed, external_memory: external } = getHeapStatistics();
  return Math.max(readUnreclaimable() ?? process.memoryUsage.rss(), heapUsed + external);
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
