/**
 * How much faster each service's lines arrive now than the rates of their patterns say. Rates are slow on purpose (steady
 * ones make steady probabilities); when the whole load of a service steps up or down, all of them are off by one factor,
 * and this is it. Patterns that burst alone are not its business: the arrival-index decay holds them until their own rate follows.
 *
 * Mean of the last seconds, of as many as bring enough lines to tell; a service's time stands still while it is silent,
 * so that neither pauses nor a sender's batching look like a step.
 */
import { decayOf, ewmaWeight } from "../../math/decay.ts";
import { isStep, STEADY_SECONDS, spreadSeconds } from "../../patterns/rate-step.ts";

/** Arrivals (ticks that brought lines) that the mean is taken over, within these bounds of half-lives, seconds. */
const ARRIVALS = 2;
const LEAST_SECONDS = 2;
const MOST_SECONDS = 60;
/** Half-life of what the half-life is chosen by, arrivals. */
const DENSITY_ARRIVALS = 20;
const MOST = 100;

export interface LoadFactorSettings {
  /** Lines that the mean is taken over, within the bounds of its half-life. */
  readonly lines: number;
  /** After so many seconds of silence a service is taken to have stopped, and is forgotten with this half-life. */
  readonly silentSeconds: number;
  readonly silentHalfLife: number;
}

export class ServiceLoadFactors {
  readonly #settings: LoadFactorSettings;
  /** Bytes a second. */
  readonly #bytesPerSecond: Float64Array;
  readonly #linesPerSecond: Float64Array;
  readonly #secondsPerArrival: Float64Array;
  readonly #silentSeconds: Float64Array;
  /** Arrivals since the last tick. */
  readonly #bytes: Float64Array;
  readonly #lines: Float64Array;

  /** @param services rows of the service table */
  constructor(services: number, settings: LoadFactorSettings) {
    this.#settings = settings;
    this.#bytesPerSecond = new Float64Array(services);
    this.#linesPerSecond = new Float64Array(services);
    this.#secondsPerArrival = new Float64Array(services);
    this.#silentSeconds = new Float64Array(services);
    this.#bytes = new Float64Array(services);
    this.#lines = new Float64Array(services);
  }

  addArrivals(service: number, bytes: number, lines: number): void {
    this.#bytes[service] += bytes;
    this.#lines[service] += lines;
  }

  /** Takes in the arrivals of a tick. @param seconds of active time since the last one, 0 when nothing at all arrived */
  settle(services: number, seconds: number): void {
    if (seconds <= 0) return;
    const { silentSeconds, silentHalfLife } = this.#settings;
    const retained = decayOf(seconds, silentHalfLife);
    for (let s = 0; s < services; s++) {
      if (this.#lines[s] > 0) {
        this.#learn(s, spreadSeconds(seconds, this.#silentSeconds[s]));
        this.#silentSeconds[s] = 0;
        this.#bytes[s] = 0;
        this.#lines[s] = 0;
        continue;
      }
      this.#silentSeconds[s] += seconds;
      if (this.#silentSeconds[s] > silentSeconds) this.#bytesPerSecond[s] *= retained;
    }
  }

  /** The service is known to have stepped by other lines of it: its own need not tell first. */
  step(service: number, ratio: number): void {
    this.#bytesPerSecond[service] *= ratio;
    this.#linesPerSecond[service] *= ratio;
  }

  #learn(s: number, span: number): void {
    const rate = this.#bytes[s] / span;
    const lines = this.#lines[s] / span;
    if (this.#bytesPerSecond[s] === 0) {
      this.#bytesPerSecond[s] = rate;
      this.#linesPerSecond[s] = lines;
      this.#secondsPerArrival[s] = span;
      return;
    }
    // A step is believed at once.
    const hasStepped =
      this.#secondsPerArrival[s] < STEADY_SECONDS && isStep(this.#lines[s], this.#linesPerSecond[s] * span);
    const density = ewmaWeight(1, DENSITY_ARRIVALS);
    this.#linesPerSecond[s] += (hasStepped ? 1 : density) * (lines - this.#linesPerSecond[s]);
    this.#secondsPerArrival[s] += density * (span - this.#secondsPerArrival[s]);
    const wanted = Math.max(this.#settings.lines / this.#linesPerSecond[s], ARRIVALS * this.#secondsPerArrival[s]);
    const halfLife = Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, wanted));
    const weight = hasStepped ? 1 : ewmaWeight(span, halfLife);
    this.#bytesPerSecond[s] += weight * (rate - this.#bytesPerSecond[s]);
  }

  /** @param usual bytes a second that the rates of the service's patterns add up to */
  factorOf(service: number, usual: number): number {
    const now = this.#bytesPerSecond[service];
    return usual > 0 && now > 0 ? Math.min(MOST, Math.max(1 / MOST, now / usual)) : 1;
  }
}
