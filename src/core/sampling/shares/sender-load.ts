/**
 * What one peer sends, by service: an entry a row of the service table. Some 40 KiB a peer at 1,000 services, and 96 more for
 * a peer that says names which others say too.
 */
import { ewmaWeight } from "../../math/decay.ts";
import { LoadTrack } from "./load-track.ts";

const MEMORY_SECONDS = 10;

export class SenderLoad {
  /** Input bytes since the last tick. */
  readonly tickBytes: Float64Array;
  /** Of each service what this peer sends of it; the last row is the peer as a whole. */
  readonly track: LoadTrack;
  readonly whole: number;
  #ordinary: SharedServiceLoad | undefined;
  #errors: SharedServiceLoad | undefined;

  /** @param services rows of the service table */
  constructor(services: number) {
    this.tickBytes = new Float64Array(services);
    this.track = new LoadTrack(services + 1);
    this.whole = services;
  }

  /** Records of names that several peers say: ordinary ones, and ERRORs. */
  get ordinary(): SharedServiceLoad {
    this.#ordinary ??= new SharedServiceLoad(this.whole);
    return this.#ordinary;
  }

  get errors(): SharedServiceLoad {
    this.#errors ??= new SharedServiceLoad(this.whole);
    return this.#errors;
  }

  /** @param shared services that several peers say @param services how many there are */
  tickShared(seconds: number, shared: Uint8Array, services: number): void {
    this.#ordinary?.tick(seconds, shared, services);
    this.#errors?.tick(seconds, shared, services);
  }

  forget(): void {
    this.tickBytes.fill(0);
    this.track.forget();
    this.#ordinary = undefined;
    this.#errors = undefined;
  }
}

/** One class of a peer's records, of services that others say too. */
export class SharedServiceLoad {
  /** Since the last tick: billed bytes that came, and Σ p·bytes of what the plan alone would draw of them. */
  readonly tickBytes: Float64Array;
  readonly tickPlannedBytes: Float64Array;
  /** The same a second, of the last ten. */
  readonly rate: Float64Array;
  readonly wish: Float64Array;
  /** Multiplies the plan's probabilities, so that the peer is drawn out of its own share. */
  readonly factor: Float64Array;
  readonly #seconds: Float64Array;

  constructor(services: number) {
    this.tickBytes = new Float64Array(services);
    this.tickPlannedBytes = new Float64Array(services);
    this.rate = new Float64Array(services);
    this.wish = new Float64Array(services);
    this.factor = new Float64Array(services).fill(1);
    this.#seconds = new Float64Array(services);
  }

  tick(seconds: number, shared: Uint8Array, services: number): void {
    const weight = ewmaWeight(seconds, MEMORY_SECONDS);
    for (let s = 0; s < services; s++) {
      if (shared[s] === 0) {
        this.#seconds[s] = 0;
        this.rate[s] = 0;
        this.wish[s] = 0;
        this.factor[s] = 1;
      } else {
        this.#seconds[s] += seconds;
        const learned = Math.max(weight, seconds / this.#seconds[s]);
        this.rate[s] += learned * (this.tickBytes[s] / seconds - this.rate[s]);
        this.wish[s] += learned * (this.tickPlannedBytes[s] / seconds - this.wish[s]);
      }
      this.tickBytes[s] = 0;
      this.tickPlannedBytes[s] = 0;
    }
  }
}
