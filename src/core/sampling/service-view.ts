/** The part of the view that answers about services. */
import type { PatternState } from "../patterns/pattern-state.ts";
import type { SamplerInside } from "./inside.ts";
import type { SamplingMode } from "./settings.ts";
import type { ServiceTable } from "./shares/service-table.ts";

/** What the sampler knows of one service. Counts are since the start. */
export interface ServiceAnswer {
  readonly row: number;
  readonly name: string;
  readonly mode: SamplingMode;
  /** Ceilings of the service inside the whole budget; undefined without. */
  readonly keepRatio: number | undefined;
  readonly bytesPerSecond: number | undefined;
  /** Records. */
  readonly received: number;
  readonly kept: number;
  /** Content bytes of those kept. */
  readonly keptBytes: number;
  /** Input bytes a second in ordinary times, and how many times that it sends, 1 at least. */
  readonly baseline: number;
  readonly overloadRatio: number;
  /** Monotonic milliseconds until which nothing of it is dropped; -1 = no bypass of its own was started. */
  readonly bypassUntilMs: number;
}

/** What the live patterns of a service say. */
export interface ServiceTraffic {
  readonly patterns: number;
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Monotonic milliseconds; undefined while no pattern is live. */
  readonly firstSeenMs: number | undefined;
  readonly lastSeenMs: number | undefined;
}

/** What the sampler knows of services, by name or by row of its table. Reads alone. */
export class ServiceView {
  readonly #inside: SamplerInside;
  readonly #services: ServiceTable;

  constructor(inside: SamplerInside) {
    this.#inside = inside;
    this.#services = inside.parts.services;
  }

  /** Rows in use are below `count`, and rows there can be below `capacity`. */
  get count(): number {
    return this.#services.count;
  }

  get capacity(): number {
    return this.#services.capacity;
  }

  get names(): readonly string[] {
    return this.#services.names;
  }

  /** Row that a service's records are counted in: its own, or that of "other" when there is no room for it. */
  rowFor(name: string): number | undefined {
    return this.#services.rowFor(name);
  }

  /** @param service a name, of one that has a row of its own, or a row */
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
      overloadRatio: services.loudness[row],
      bypassUntilMs: services.bypassUntilMs[row],
    };
  }

  /** What the live patterns say, by row of the service: one pass over the patterns, however many services ask. */
  traffic(): ServiceTraffic[] {
    const { state } = this.#inside.parts;
    const sums = Array.from({ length: this.count }, () => new TrafficSum());
    for (let position = 0; position < state.liveCount; position++) {
      const row = state.live[position];
      sums[state.service[row]].add(state, row);
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
    this.patterns++;
    this.linesPerSecond += state.rateSlow[row];
    this.bytesPerSecond += state.rateSlow[row] * state.meanBytes[row];
    this.firstSeenMs = Math.min(this.firstSeenMs ?? Number.POSITIVE_INFINITY, state.firstSeenMs[row]);
    this.lastSeenMs = Math.max(this.lastSeenMs ?? 0, state.lastSeenMs[row]);
  }
}
