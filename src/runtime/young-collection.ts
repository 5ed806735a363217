/**
 * Has V8 collect its young generation whenever requests have left so many bytes behind.
 *
 * Node copies what it reads from sockets into memory outside V8's heap. V8 counts that memory as growth of the old
 * generation and answers every 8 to 24 MiB of it with a full collection of 20 MiB of live objects, seven a second at
 * full rate and half of the server's CPU time (Node 20.20); a young collection frees the same bytes in about 1 ms. V8
 * starts one by itself only at 32 MiB, when the full one is long under way. `npm run bench` shows the difference.
 */
import { v8Collector } from "./v8-collector.ts";

/** Thirty requests of full size: a young collection every 15,000 records. */
export const YOUNG_BYTES: number = 4 * 1024 * 1024;

export class YoungCollection {
  readonly #everyBytes: number;
  readonly #collect: () => void;
  #left = 0;

  /** @param collect what to do about it; tests bring their own */
  constructor(everyBytes: number, collect: () => void = v8Collector().young) {
    this.#everyBytes = everyBytes;
    this.#collect = collect;
  }

  /** So many bytes outside the heap became garbage, or are about to. */
  leave(bytes: number): void {
    this.#left += bytes;
    if (this.#left < this.#everyBytes) return;
    this.#left = 0;
    this.#collect();
  }
}
