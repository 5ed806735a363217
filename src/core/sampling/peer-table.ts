import type { LoadTrack } from "./load-track.ts";
import { PeerLoad } from "./peer-load.ts";

/**
 * Peers: who sends, as far as receivers can tell. They share the budget before the services that they name, so that nobody
 * gets more by inventing names. Peers are small numbers, given by who lets them in and bounded there; the sampler never
 * learns who they are. While there is one peer, all of this costs nothing and changes nothing.
 */
/** Who sends less than this of a service does not speak of it any more. */
const LEAST_PART = 1e-6;

export class PeerTable {
  /** In order of coming. */
  readonly present: PeerLoad[] = [];
  readonly #loads: (PeerLoad | undefined)[] = [];
  /** 1: several peers say the service's name. */
  readonly shared: Uint8Array;
  /** Services of which that is true. */
  sharedCount = 0;
  /** The peer whose records are being decided. */
  #current: PeerLoad;
  readonly #services: number;
  readonly #track: LoadTrack;

  /** @param services rows of the service table @param track of all peers together */
  constructor(services: number, track: LoadTrack) {
    this.#services = services;
    this.#track = track;
    this.shared = new Uint8Array(services);
    this.#current = new PeerLoad(services);
    this.present.push(this.#current);
  }

  /** The records to come are this peer's. */
  select(peer: number): PeerLoad {
    this.#current = this.#loads[peer] ?? this.#come(peer);
    return this.#current;
  }

  get current(): PeerLoad {
    return this.#current;
  }

  #come(peer: number): PeerLoad {
    // Whoever comes first is the one that everything is counted as.
    const isFirst = this.#loads.length === 0;
    const load = isFirst ? this.#current : new PeerLoad(this.#services);
    // Until now everything was of one peer, and needed no books of its own.
    if (!isFirst && this.present.length === 1) this.#openBooks();
    this.#loads[peer] = load;
    if (!isFirst) this.present.push(load);
    return load;
  }

  #openBooks(): void {
    for (const { track, whole } of this.present) {
      for (let s = 0; s < this.#services; s++) {
        track.adopt(s, this.#track, s);
        track.adopt(whole, this.#track, s);
      }
    }
  }

  /** The number is given to somebody else. */
  forget(peer: number): void {
    this.#loads[peer]?.forget();
  }

  /** Input bytes of a service since the last tick, of all peers; forgets them. Called once a tick for each, after `learn`. */
  takeBytes(service: number): number {
    let bytes = 0;
    for (let peer = 0; peer < this.present.length; peer++) {
      const { tickBytes } = this.present[peer];
      bytes += tickBytes[service];
      tickBytes[service] = 0;
    }
    return bytes;
  }

  /** @param services how many there are @param seconds since the last tick, above 0 */
  learn(services: number, seconds: number): void {
    if (this.present.length < 2) return;
    for (const load of this.present) {
      const { track, tickBytes, whole } = load;
      track.begin(seconds);
      let bytes = 0;
      for (let s = 0; s < services; s++) {
        bytes += tickBytes[s];
        if (this.#track.isActive(s) || tickBytes[s] > 0) track.learnAlso(s, tickBytes[s]);
      }
      track.learn(whole, bytes);
    }
  }

  /** Finds the names that several peers say; called when all rates are known. */
  settle(services: number, seconds: number): void {
    if (this.present.length < 2) return;
    this.sharedCount = 0;
    for (let s = 0; s < services; s++) {
      let speakers = 0;
      for (const load of this.present) if (this.speaks(load, s)) speakers++;
      this.shared[s] = speakers > 1 ? 1 : 0;
      this.sharedCount += this.shared[s];
    }
    for (const load of this.present) load.tickShared(seconds, this.shared, services);
  }

  /**
   * How many times the usual the quietest of the peers that send the service sends: nobody is made loud by who says his
   * names. 1 while there is one peer.
   */
  loudness(service: number): number {
    if (this.present.length < 2) return 1;
    let least = Number.POSITIVE_INFINITY;
    for (let peer = 0; peer < this.present.length; peer++) {
      const load = this.present[peer];
      const { track, whole } = load;
      if (this.speaks(load, service)) least = Math.min(least, track.rate[whole] / Math.max(1, track.baseline[whole]));
    }
    return Number.isFinite(least) ? least : 1;
  }

  speaks(load: PeerLoad, service: number): boolean {
    const rate = load.track.rate[service];
    return rate > 0 && rate > LEAST_PART * this.#track.rate[service];
  }
}
