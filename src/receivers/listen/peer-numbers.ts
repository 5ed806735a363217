/**
 * Numbers of peers, so that the sampler can share the budget between senders without knowing who they are. Whoever
 * authenticates as the same is one peer, over both transports; senders of a listener that asks for nothing are one peer
 * together. At most `maxPeers` numbers: those who find none left share the last one, until somebody was not heard of
 * for an hour and gives up his.
 */
const IDLE_MS = 3_600_000;

export interface PeerNumbersDeps {
  readonly now: () => { readonly monoMs: number };
  /** The number is another peer's from now on. */
  readonly onReuse: (number: number) => void;
}

interface KnownPeer {
  readonly number: number;
  seenMs: number;
}

export class PeerNumbers {
  readonly #maxPeers: number;
  readonly #deps: PeerNumbersDeps;
  readonly #peers = new Map<string, KnownPeer>();

  /** @param maxPeers at least 1 */
  constructor(maxPeers: number, deps: PeerNumbersDeps) {
    this.#maxPeers = maxPeers;
    this.#deps = deps;
  }

  /** @param key what tells the peer apart: a digest or a name, never a secret @returns 0 … maxPeers − 1 */
  numberOf(key: string): number {
    const { monoMs } = this.#deps.now();
    const known = this.#peers.get(key);
    if (known !== undefined) {
      known.seenMs = monoMs;
      return known.number;
    }
    const number = this.#peers.size < this.#maxPeers - 1 ? this.#peers.size : this.#takeIdle(monoMs);
    if (number === undefined) return this.#maxPeers - 1;
    this.#peers.set(key, { number, seenMs: monoMs });
    return number;
  }

  #takeIdle(monoMs: number): number | undefined {
    for (const [key, { number, seenMs }] of this.#peers) {
      if (monoMs - seenMs < IDLE_MS) continue;
      this.#peers.delete(key);
      this.#deps.onReuse(number);
      return number;
    }
    return undefined;
  }
}
