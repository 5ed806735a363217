/**
 * Who shares: an entry a service; where several peers send, an entry for each service of each peer. Shares are max-min fair
 * between peers first, by the root of their baselines, then between what a peer sends, by what each service usually asks for. A service that several peers name is an
 * entry of each, with its part of the demand: who says another's name asks out of his own share, and adds nothing to the
 * other's. Filled anew every tick; bounded by peers times services, and grows to what really comes.
 */
import { shareOut } from "../../math/water-filling.ts";
import type { SenderLoad, SharedServiceLoad } from "./sender-load.ts";
import type { ServiceTable } from "./service-table.ts";

/** From this multiple of its baseline on a service, or a peer, is loud. */
const OVERLOAD_RATIO = 3;
const MOST = 1e15;
/** A peer's probabilities are moved by at most this factor, either way. */
const MOST_FACTOR = 100;
const NONE = -1;
const FIRST_ENTRIES = 64;

export class ShareEntries {
  count = 0;
  service: Int32Array = new Int32Array(FIRST_ENTRIES);
  weight: Float64Array = new Float64Array(FIRST_ENTRIES);
  /** Bytes a second that are asked for: ordinary records, ERRORs. */
  demand: Float64Array = new Float64Array(FIRST_ENTRIES);
  errorDemand: Float64Array = new Float64Array(FIRST_ENTRIES);
  /** 1: more comes than three times the usual. */
  loud: Uint8Array = new Uint8Array(FIRST_ENTRIES);
  /** For who shares out: what is asked for, and given. */
  wanted: Float64Array = new Float64Array(FIRST_ENTRIES);
  share: Float64Array = new Float64Array(FIRST_ENTRIES);
  readonly #services: ServiceTable;
  /** Peer of each entry, and the entry after it of the same service; the last entry of each service. */
  #peer = new Int32Array(FIRST_ENTRIES);
  #next = new Int32Array(FIRST_ENTRIES);
  readonly #last: Int32Array;
  /** Of each service, demand before ceilings. */
  readonly #asked: Float64Array;
  readonly #askedErrors: Float64Array;
  /** One a peer: where its entries begin, and what it is given. */
  #starts = new Int32Array(0);
  #peerWeight = new Float64Array(0);
  #peerWanted = new Float64Array(0);
  #peerShare = new Float64Array(0);

  constructor(services: ServiceTable) {
    this.#services = services;
    this.#last = new Int32Array(services.capacity);
    this.#asked = new Float64Array(services.capacity);
    this.#askedErrors = new Float64Array(services.capacity);
  }

  get hasOneSender(): boolean {
    return this.#services.senders.present.length < 2;
  }

  /** Demand of services as it comes, before their own ceilings. */
  setDemand(demand: Float64Array, errorDemand: Float64Array): void {
    this.#asked.set(demand);
    this.#askedErrors.set(errorDemand);
  }

  fill(demand: Float64Array, errorDemand: Float64Array): void {
    const { count, baseline, rate, senders } = this.#services;
    this.count = 0;
    this.#last.fill(NONE, 0, count);
    if (this.hasOneSender) {
      for (let s = 0; s < count; s++) this.#add(0, s, 1, rate[s] > OVERLOAD_RATIO * baseline[s]);
    } else {
      this.#reserve(senders.present.length);
      for (const [at, load] of senders.present.entries()) this.#enter(at, load);
      this.#starts[senders.present.length] = this.count;
    }
    for (let e = 0; e < this.count; e++) {
      const s = this.service[e];
      this.demand[e] = demand[s];
      this.errorDemand[e] = errorDemand[s];
    }
    if (senders.sharedCount > 0) this.#splitNames(demand, errorDemand);
  }

  #reserve(peers: number): void {
    if (this.#peerWeight.length >= peers) return;
    this.#starts = new Int32Array(peers + 1);
    this.#peerWeight = new Float64Array(peers);
    this.#peerWanted = new Float64Array(peers);
    this.#peerShare = new Float64Array(peers);
  }

  #enter(at: number, load: SenderLoad): void {
    const { count, baseline, rate, senders } = this.#services;
    const { track, whole } = load;
    this.#starts[at] = this.count;
    this.#peerWeight[at] = Math.sqrt(Math.max(1, track.baseline[whole]));
    const isOverloaded = track.rate[whole] > OVERLOAD_RATIO * track.baseline[whole];
    for (let s = 0; s < count; s++) {
      // What nobody has been heard of yet is the first peer's.
      if (!senders.sends(load, s) && !(at === 0 && rate[s] === 0)) continue;
      const part = track.baseline[s] / Math.max(1, baseline[s]);
      this.#add(at, s, Math.min(1, part), isOverloaded || track.rate[s] > OVERLOAD_RATIO * track.baseline[s]);
    }
  }

  /** @param part of what is usually said of the service, 0..1 */
  #add(peer: number, service: number, part: number, isOverloaded: boolean): void {
    if (this.count === this.service.length) this.#grow();
    const e = this.count++;
    this.service[e] = service;
    this.weight[e] = Math.max(1, this.#services.demandHistory.usual[service] * Math.sqrt(part));
    this.loud[e] = isOverloaded ? 1 : 0;
    this.#peer[e] = peer;
    this.#next[e] = this.#last[service];
    this.#last[service] = e;
  }

  #grow(): void {
    const entries = 2 * this.service.length;
    this.service = grown(this.service, new Int32Array(entries));
    this.#peer = grown(this.#peer, new Int32Array(entries));
    this.#next = grown(this.#next, new Int32Array(entries));
    this.loud = grown(this.loud, new Uint8Array(entries));
    this.weight = grown(this.weight, new Float64Array(entries));
    this.demand = new Float64Array(entries);
    this.errorDemand = new Float64Array(entries);
    this.wanted = new Float64Array(entries);
    this.share = new Float64Array(entries);
  }

  /** Gives each entry of a name that several say its own part of what is asked for. */
  #splitNames(demand: Float64Array, errorDemand: Float64Array): void {
    const { shared } = this.#services.senders;
    for (let s = 0; s < this.#services.count; s++) {
      if (shared[s] === 0) continue;
      this.#split(s, this.#asked[s], demand[s], this.demand, ordinaryOf);
      this.#split(s, this.#askedErrors[s], errorDemand[s], this.errorDemand, errorsOf);
    }
  }

  /**
   * By what each sends of it. What a ceiling of the service cuts off is cut max-min fair, or who is loudest would push the
   * others out of it.
   */
  #split(service: number, asked: number, allowed: number, into: Float64Array, loadOf: LoadOf): void {
    const { present } = this.#services.senders;
    let sum = 0;
    for (let e = this.#last[service]; e !== NONE; e = this.#next[e])
      sum += loadOf(present[this.#peer[e]]).rate[service];
    let members = 0;
    let left = allowed;
    let openWeight = 0;
    for (let e = this.#last[service]; e !== NONE; e = this.#next[e]) {
      const load = present[this.#peer[e]];
      const part = sum > 0 ? loadOf(load).rate[service] / sum : load.track.rate[service] / this.#services.rate[service];
      this.wanted[e] = part * asked;
      into[e] = -1;
      openWeight += this.weight[e];
      members++;
    }
    // Every round closes at least one, or all that are open share what is left.
    for (let round = 0; round < members; round++) {
      const level = openWeight > 0 ? left / openWeight : 0;
      let isClosed = true;
      for (let e = this.#last[service]; e !== NONE; e = this.#next[e]) {
        if (into[e] >= 0 || this.wanted[e] > level * this.weight[e]) continue;
        into[e] = this.wanted[e];
        left -= into[e];
        openWeight -= this.weight[e];
        isClosed = false;
      }
      if (isClosed) break;
    }
    for (let e = this.#last[service]; e !== NONE; e = this.#next[e]) {
      if (into[e] < 0) into[e] = (Math.max(0, left) * this.weight[e]) / openWeight;
    }
  }

  /** Shares `total` out into `share` by `wanted`: between peers, then inside each. */
  shareOut(total: number): void {
    const bounded = Math.max(0, Math.min(total, MOST));
    if (this.hasOneSender) {
      shareOut(bounded, this.count, this.weight, this.wanted, this.share);
      return;
    }
    const peers = this.#services.senders.present.length;
    for (let peer = 0; peer < peers; peer++) {
      let wanted = 0;
      for (let e = this.#starts[peer]; e < this.#starts[peer + 1]; e++) wanted += this.wanted[e];
      this.#peerWanted[peer] = wanted;
    }
    shareOut(bounded, peers, this.#peerWeight, this.#peerWanted, this.#peerShare);
    for (let peer = 0; peer < peers; peer++) {
      const from = this.#starts[peer];
      const to = this.#starts[peer + 1];
      const weight = this.weight.subarray(from, to);
      shareOut(this.#peerShare[peer], to - from, weight, this.wanted.subarray(from, to), this.share.subarray(from, to));
    }
  }

  /** Leaves in `wanted` what the entries ask for of something that services ask for. */
  requestByService(byService: Float64Array): void {
    const { count, senders } = this.#services;
    for (let e = 0; e < this.count; e++) this.wanted[e] = byService[this.service[e]];
    if (senders.sharedCount === 0) return;
    for (let s = 0; s < count; s++) {
      if (senders.shared[s] === 0) continue;
      let sum = 0;
      for (let e = this.#last[s]; e !== NONE; e = this.#next[e]) sum += this.demand[e];
      for (let e = this.#last[s]; e !== NONE; e = this.#next[e]) this.wanted[e] *= sum > 0 ? this.demand[e] / sum : 0;
    }
  }

  /** @param given bytes a second of each entry: of services that several peers send, each is drawn out of its own */
  setFactors(draw: Float64Array, errors: Float64Array): void {
    const { shared, sharedCount } = this.#services.senders;
    if (sharedCount === 0) return;
    for (let s = 0; s < this.#services.count; s++) {
      if (shared[s] === 0) continue;
      this.#setFactors(s, draw, this.demand, ordinaryOf);
      this.#setFactors(s, errors, this.errorDemand, errorsOf);
    }
  }

  /**
   * The plan draws a pattern alike, whoever sends it. What that would cost of each peer (its wish) is brought to what each was
   * given, by one factor a peer; all together cost what the plan meant.
   */
  #setFactors(service: number, given: Float64Array, demand: Float64Array, loadOf: LoadOf): void {
    const { present } = this.#services.senders;
    let plannedRates = 0;
    let givenRates = 0;
    let demands = 0;
    for (let e = this.#last[service]; e !== NONE; e = this.#next[e]) {
      plannedRates += loadOf(present[this.#peer[e]]).wish[service];
      givenRates += given[e];
      demands += demand[e];
    }
    for (let e = this.#last[service]; e !== NONE; e = this.#next[e]) {
      const flow = loadOf(present[this.#peer[e]]);
      const wished = plannedRates > 0 ? flow.wish[service] / plannedRates : demands > 0 ? demand[e] / demands : 0;
      const factor = givenRates > 0 && wished > 0 ? given[e] / givenRates / wished : 1;
      flow.factor[service] = Math.max(1 / MOST_FACTOR, Math.min(MOST_FACTOR, factor));
    }
  }
}

type LoadOf = (load: SenderLoad) => SharedServiceLoad;
const ordinaryOf: LoadOf = ({ ordinary }) => ordinary;
const errorsOf: LoadOf = ({ errors }) => errors;

function grown<T extends Int32Array | Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
