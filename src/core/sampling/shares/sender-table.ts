/**
 * Peers: who sends, as far as receivers can tell. They share the budget before the services that they name, so that nobody
 * gets more by inventing names. Peers are small numbers, given by who lets them in and bounded there; the sampler never
 * learns who they are. While there is one peer, all of this costs nothing and changes nothing; 32 peers with 1,000 names
 * between them cost 1 ms a tick, 32 that all say the same 1,000 some 17.
 */
import type { LoadTrack } from "./load-track.ts";
import { SenderLoad } from "./sender-load.ts";

/** Who sends less than this of a service does not speak of it any more. */
const LEAST_PART = 1e-6;
const ONE = 1;
const SEVERAL = 2;

export class SenderTable {
  /** In order of coming. */
  readonly present: SenderLoad[] = [];
  readonly #loads: (SenderLoad | undefined)[] = [];
  /** 1: several peers say the service's name. */
  readonly shared: Uint8Array;
  /** Input bytes of each service in the last tick, of all peers. */
  readonly bytes: Float64Array;
  /**
   * How many times its usual the quietest of the peers that send a service sends, 0 while there is one peer: nobody is made
   * loud by who says his names.
   */
  readonly overloadRatio: Float64Array;
  /** Services that are shared. */
  sharedCount = 0;
  /** The peer whose records are being decided. */
  #current: SenderLoad;
  readonly #services: number;
  readonly #track: LoadTrack;

  /** @param services rows of the service table @param track of all peers together */
  constructor(services: number, track: LoadTrack) {
    this.#services = services;
    this.#track = track;
    this.shared = new Uint8Array(services);
    this.bytes = new Float64Array(services);
    this.overloadRatio = new Float64Array(services);
    this.#current = new SenderLoad(services);
    this.present.push(this.#current);
  }

  /** The records to come are this peer's. */
  select(peer: number): SenderLoad {
    this.#current = this.#loads[peer] ?? this.#add(peer);
    return this.#current;
  }

  get current(): SenderLoad {
    return this.#current;
  }

  #add(peer: number): SenderLoad {
    // Whoever comes first is the one that everything is counted as.
    const isFirst = this.#loads.length === 0;
    const load = isFirst ? this.#current : new SenderLoad(this.#services);
    // Until now everything was of one peer, and needed no books of its own.
    if (!isFirst && this.present.length === 1) this.#startTracking();
    this.#loads[peer] = load;
    if (!isFirst) this.present.push(load);
    return load;
  }

  #startTracking(): void {
    for (const { track, whole } of this.present) {
      for (let s = 0; s < this.#services; s++) {
        track.addFrom(s, this.#track, s);
        track.addFrom(whole, this.#track, s);
      }
    }
  }

  /** The number is given to somebody else. */
  forget(peer: number): void {
    this.#loads[peer]?.forget();
  }

  /**
   * Takes what came since the last tick into the books, and leaves the sum of it in `bytes`.
   * @param services how many there are @param seconds since the last tick, above 0
   */
  learn(services: number, seconds: number): void {
    this.bytes.fill(0, 0, services);
    const isAlone = this.present.length < 2;
    for (const { track, tickBytes, whole } of this.present) {
      track.begin(seconds);
      let sum = 0;
      for (let s = 0; s < services; s++) {
        const bytes = tickBytes[s];
        tickBytes[s] = 0;
        this.bytes[s] += bytes;
        sum += bytes;
        if (!isAlone && (bytes > 0 || this.#track.isActive(s))) track.learnWithSilence(s, bytes);
      }
      if (!isAlone) track.learn(whole, sum);
    }
  }

  /** Finds the names that several peers say, and who is loud; called when the rates of services are known. */
  settle(services: number, seconds: number): void {
    if (this.present.length < 2) return;
    const speakers = this.shared.fill(0, 0, services);
    this.overloadRatio.fill(0, 0, services);
    for (const load of this.present) {
      const { track, whole } = load;
      const overloadRatio = Math.max(1, track.rate[whole] / Math.max(1, track.baseline[whole]));
      for (let s = 0; s < services; s++) {
        if (!this.sends(load, s)) continue;
        speakers[s] = speakers[s] === 0 ? ONE : SEVERAL;
        this.overloadRatio[s] =
          this.overloadRatio[s] === 0 ? overloadRatio : Math.min(this.overloadRatio[s], overloadRatio);
      }
    }
    this.sharedCount = 0;
    for (let s = 0; s < services; s++) {
      this.shared[s] = speakers[s] === SEVERAL ? 1 : 0;
      this.sharedCount += this.shared[s];
    }
    for (const load of this.present) load.tickShared(seconds, this.shared, services);
  }

  sends(load: SenderLoad, service: number): boolean {
    const rate = load.track.rate[service];
    return rate > 0 && rate > LEAST_PART * this.#track.rate[service];
  }
}
