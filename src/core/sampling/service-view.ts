/** The part of the view about services, by name or by row of the service table. It only reads. */
import type { PatternState } from "../patterns/pattern-state.ts";
import type { SamplerInside } from "./inside.ts";
import type { SamplingMode } from "./settings.ts";
import type { ServiceTable } from "./shares/service-table.ts";

/** State of one service. Counts are since the start. */
export interface ServiceAnswer {
  readonly row: number;
  readonly name: string;
  readonly mode: SamplingMode;
  /** Ceilings of the service within the whole budget; undefined without one. */
  readonly keepRatio: number | undefined;
  readonly bytesPerSecond: number | undefined;
  /** Records. */
  readonly received: number;
  readonly kept: number;
  /** Content bytes of the kept records. */
  readonly keptBytes: number;
  /** Input baseline, bytes a second, and how many times its baseline the service sends now, at least 1. */
  readonly baseline: number;
  readonly overloadRatio: number;
  /** Monotonic milliseconds until which its bypass lasts; -1 when it never had one of its own. */
  readonly bypassUntilMs: number;
}

/** Sums over the live patterns of a service. */
export interface ServiceTraffic {
  readonly patterns: number;
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Monotonic milliseconds; undefined when no pattern of it has a row any more. */
  readonly firstSeenMs: number | undefined;
  readonly lastSeenMs: number | undefined;
}

export class ServiceView {
  readonly #inside: SamplerInside;
  readonly #services: ServiceTable;

  constructor(inside: SamplerInside) {
    this.#inside = inside;
    this.#services = inside.parts.services;
  }

  /** Rows in use: 0 to `count` - 1 of at most `capacity`. */
  get count(): number {
    return this.#services.count;
  }

  get capacity(): number {
    return this.#services.capacity;
  }

  get names(): readonly string[] {
    return this.#services.names;
  }

  /** Row that counts a service's records: its own, or that of "other" beyond `max_services`. */
  rowFor(name: string): number | undefined {
    return this.#services.rowFor(name);
  }

  /** @param service name of a service with a row of its own, or a row */
  answer(service: string | number): ServiceAnswer | undefined {
    const services = this.#services;
    const row = typeof service === "string" ? services.find(service) : service;
    if (row === undefined || row < 0 || row >= services.count) return undefined;
    const settings = services.settings[row];
    return {
      row,
      name: services.names[row],
      mode: settings?.mode ?? this.#inside.parts.settings.mode,
      keepRatio: settings?.keepRatio,
      bytesPerSecond: settings?.bytesPerSecond,
      received: services.received[row],
      kept: services.kept[row],
      keptBytes: services.keptBytes[row],
      baseline: services.baseline[row],
      overloadRatio: services.overloadRatio[row],
      bypassUntilMs: services.bypassUntilMs[row],
    };
  }

  /** Sums over the live patterns, by row of the service: one pass over the patterns for all services. */
  traffic(): ServiceTraffic[] {
    const { state } = this.#inside.parts;
    const sums = Array.from({ length: this.count }, () => new TrafficSum());
    for (let row = 0; row < state.live.length; row++) {
      if (state.lastSeenMs[row] >= 0) sums[state.service[row]].add(state, row);
    }
    return sums;
  }
}

class TrafficSum implements ServiceTraffic {
  patterns = 0;
  linesPerSecond = 0;
  bytesPerSecond = 0;
  firstSeenMs: number | undefined = undefined;
  lastSeenMs: number | undefined = undefined;

  add(state: PatternState, row: number): void {
    this.firstSeenMs = Math.min(this.firstSeenMs ?? Number.POSITIVE_INFINITY, state.firstSeenMs[row]);
    this.lastSeenMs = Math.max(this.lastSeenMs ?? 0, state.lastSeenMs[row]);
    if (state.livePosition[row] < 0) return;
    this.patterns++;
    this.linesPerSecond += state.rateSlow[row];
    this.bytesPerSecond += state.rateSlow[row] * state.meanBytes[row];
  }
}
