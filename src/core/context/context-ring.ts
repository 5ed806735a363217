/**
 * The context ring: the sampled-out records of the last seconds, held as copies of the whole requests, which are not
 * read or encoded until a trigger needs them. Bounded by bytes of memory and by age; beyond the bytes, the oldest
 * request of the service that holds most is evicted first, so that one service cannot evict the context of another that
 * holds less.
 */
import type { Blocks } from "./block-store.ts";
import { BlockStore } from "./block-store.ts";

export interface HeldRequest {
  /** Rises by 1 with every request held. */
  readonly tag: number;
  /** Blocks and number of the request's protobuf bytes. */
  readonly blocks: Blocks;
  readonly length: number;
  /** 1 while the record is held: sampled out and not released. */
  readonly held: Uint8Array;
  /** Held records by severity number 0..25. */
  readonly bySeverity: Uint32Array;
  heldRecords: number;
  /** Service of the request's first resource, under which its bytes are counted. */
  readonly service: string;
  readonly monoMs: number;
}

export interface ContextRingSettings {
  /** 0 keeps no context. */
  readonly maxBytes: number;
  readonly windowMs: number;
}

/**
 * Measured memory of object, columns and block list of a held request, without its `held` column of one byte a record.
 */
const ENTRY_OVERHEAD_BYTES = 1600;

interface ServiceShare {
  readonly entries: HeldRequest[];
  /** Position of the oldest entry in `entries`. */
  head: number;
  bytes: number;
}

export class ContextRing {
  readonly #settings: ContextRingSettings;
  readonly #onEvict: (entry: HeldRequest) => void;
  readonly #store: BlockStore;
  readonly #shares = new Map<string, ServiceShare>();
  #bytes = 0;
  #tag = 0;

  /**
   * @param onEvict called for every request that is evicted, by age or bound: records it still holds stay sampled out
   */
  constructor(settings: ContextRingSettings, onEvict: (entry: HeldRequest) => void) {
    this.#settings = settings;
    this.#store = new BlockStore(settings.maxBytes);
    this.#onEvict = onEvict;
  }

  get isOff(): boolean {
    return this.#settings.maxBytes <= 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @returns the tag; -1 when the request alone exceeds the bound and is not held */
  hold(request: Uint8Array, entry: Omit<HeldRequest, "tag" | "blocks" | "length">): number {
    const size = this.#sizeOf(request.length, entry.held.length);
    if (size > this.#settings.maxBytes) return -1;
    while (this.#bytes + size > this.#settings.maxBytes) this.#evictFromLargest();
    const blocks = this.#store.store(request);
    if (blocks === undefined) return -1;
    const tag = this.#tag++;
    let share = this.#shares.get(entry.service);
    if (share === undefined) {
      share = { entries: [], head: 0, bytes: 0 };
      this.#shares.set(entry.service, share);
    }
    share.entries.push({ ...entry, tag, blocks, length: request.length });
    share.bytes += size;
    this.#bytes += size;
    return tag;
  }

  /** A copy of the bytes of a held request. */
  requestOf({ blocks, length }: HeldRequest): Uint8Array {
    return this.#store.read(blocks, length);
  }

  /** Evicts the requests that are older than the window. */
  expire(monoMs: number): void {
    for (const [service, share] of this.#shares) {
      while (share.head < share.entries.length && monoMs - share.entries[share.head].monoMs > this.#settings.windowMs) {
        this.#evictOldest(service, share);
      }
    }
  }

  /** Evicts every request, at shutdown. */
  clear(): void {
    for (const [service, share] of this.#shares) {
      while (share.head < share.entries.length) this.#evictOldest(service, share);
    }
  }

  /** Requests of one service, newest first; of all services, one after the other, when it is undefined. */
  *newestFirst(service: string | undefined): IterableIterator<HeldRequest> {
    const shares = service === undefined ? [...this.#shares.values()] : [this.#shares.get(service)];
    for (const share of shares) {
      if (share === undefined) continue;
      for (let i = share.entries.length - 1; i >= share.head; i--) yield share.entries[i];
    }
  }

  /** Age of the oldest request held, seconds; 0 when the ring is empty. */
  seconds(monoMs: number): number {
    let oldest = monoMs;
    for (const share of this.#shares.values()) {
      if (share.head < share.entries.length) oldest = Math.min(oldest, share.entries[share.head].monoMs);
    }
    return (monoMs - oldest) / 1000;
  }

  /** Lowest tag that may still be held: every request below it was evicted. */
  oldestTag(): number {
    let oldest = this.#tag;
    for (const share of this.#shares.values()) {
      if (share.head < share.entries.length) oldest = Math.min(oldest, share.entries[share.head].tag);
    }
    return oldest;
  }

  #evictFromLargest(): void {
    let service = "";
    let largest: ServiceShare | undefined;
    for (const [name, share] of this.#shares) {
      if (largest === undefined || share.bytes > largest.bytes) {
        largest = share;
        service = name;
      }
    }
    if (largest !== undefined) this.#evictOldest(service, largest);
  }

  #evictOldest(service: string, share: ServiceShare): void {
    const entry = share.entries[share.head++];
    const size = this.#sizeOf(entry.length, entry.held.length);
    share.bytes -= size;
    this.#bytes -= size;
    this.#store.release(entry.blocks);
    this.#onEvict(entry);
    if (share.head === share.entries.length) this.#shares.delete(service);
    else if (share.head > 64 && share.head * 2 > share.entries.length) {
      share.entries.splice(0, share.head);
      share.head = 0;
    }
  }

  #sizeOf(requestBytes: number, records: number): number {
    return this.#store.sizeOf(requestBytes) + records + ENTRY_OVERHEAD_BYTES;
  }
}
