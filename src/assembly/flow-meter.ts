/** Rates of the last minute, from a ring of 61 readings, one a second; it costs nothing on the path of a request. */
import type { Component } from "../model/ports/component.ts";

export interface FlowReading {
  readonly receivedRecords: number;
  readonly keptRecords: number;
  readonly receivedBytes: number;
  readonly keptBytes: number;
}

const READINGS = 61;
const INTERVAL_MS = 1000;

export class FlowMeter implements Component {
  readonly id: string = "flow-meter";
  readonly #read: () => FlowReading;
  readonly #ring: FlowReading[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param read returns the counts since the start */
  constructor(read: () => FlowReading) {
    this.#read = read;
  }

  start(): Promise<void> {
    this.#sample();
    this.#timer = setInterval(() => this.#sample(), INTERVAL_MS);
    this.#timer.unref();
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  #sample(): void {
    this.#ring.push(this.#read());
    if (this.#ring.length > READINGS) this.#ring.shift();
  }

  /** Means a second over the last minute, or since the start when that is shorter. */
  rates(): FlowReading {
    const oldest = this.#ring[0];
    const newest = this.#ring.at(-1);
    const seconds = this.#ring.length - 1;
    if (oldest === undefined || newest === undefined || seconds < 1) {
      return { receivedRecords: 0, keptRecords: 0, receivedBytes: 0, keptBytes: 0 };
    }
    return {
      receivedRecords: (newest.receivedRecords - oldest.receivedRecords) / seconds,
      keptRecords: (newest.keptRecords - oldest.keptRecords) / seconds,
      receivedBytes: (newest.receivedBytes - oldest.receivedBytes) / seconds,
      keptBytes: (newest.keptBytes - oldest.keptBytes) / seconds,
    };
  }
}
