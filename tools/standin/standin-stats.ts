/** What the stand-in counted, exactly, whatever rows it still holds. */

import type { RejectionReason } from "./capture/token.ts";
import { REJECTION_REASONS } from "./capture/token.ts";
import type { ConsumerDropReason } from "./ingest/ingestion-consumer.ts";
import { CONSUMER_DROP_REASONS } from "./ingest/ingestion-consumer.ts";

export interface StandinStats {
  readonly requests: {
    /** That were answered by the endpoint or by a fault; a reset or hung one has no status. */
    readonly byStatus: Readonly<Record<string, number>>;
    /** That a fault touched, a delay included. */
    readonly faulted: number;
    readonly total: number;
  };
  /** Requests refused at the edge because of their token. */
  readonly rejected: Readonly<Record<RejectionReason, number>>;
  readonly records: {
    /** In requests answered 200, or taken before their answer was lost. */
    readonly accepted: number;
    readonly stored: number;
    readonly dropped: Readonly<Record<ConsumerDropReason, number>>;
    /** Stored rows by service: at most 1,000 names, the rest under "other". */
    readonly storedByService: Readonly<Record<string, number>>;
  };
  readonly bytes: {
    /** Of request bodies as they came, compressed or not. */
    readonly wire: number;
    /** Of accepted requests after decompression. */
    readonly decoded: number;
    /** Of accepted requests that the consumer let through: what is billed. */
    readonly billed: number;
  };
  /** Records whose claimed time was more than a day away. */
  readonly timestampsOverridden: number;
}

const MAX_SERVICES = 1_000;

/** The mutable side of StandinStats. */
export class StandinCounters {
  #byStatus: Map<string, number> = new Map();
  #rejected: Map<RejectionReason, number> = new Map();
  #dropped: Map<ConsumerDropReason, number> = new Map();
  #storedByService: Map<string, number> = new Map();
  requests = 0;
  faulted = 0;
  accepted = 0;
  stored = 0;
  wireBytes = 0;
  decodedBytes = 0;
  timestampsOverridden = 0;

  answered(status: number): void {
    add(this.#byStatus, String(status), 1);
  }

  rejected(reason: RejectionReason): void {
    add(this.#rejected, reason, 1);
  }

  dropped(reason: ConsumerDropReason, records: number): void {
    add(this.#dropped, reason, records);
  }

  storedFor(service: string): void {
    const known = this.#storedByService.has(service) || this.#storedByService.size < MAX_SERVICES;
    add(this.#storedByService, known ? service : "other", 1);
  }

  reset(): void {
    this.#byStatus = new Map();
    this.#rejected = new Map();
    this.#dropped = new Map();
    this.#storedByService = new Map();
    this.requests = 0;
    this.faulted = 0;
    this.accepted = 0;
    this.stored = 0;
    this.wireBytes = 0;
    this.decodedBytes = 0;
    this.timestampsOverridden = 0;
  }

  /** @param billedBytes from the consumer, which alone knows them */
  snapshot(billedBytes: number): StandinStats {
    return {
      requests: { byStatus: Object.fromEntries(this.#byStatus), faulted: this.faulted, total: this.requests },
      rejected: everyReason(REJECTION_REASONS, this.#rejected),
      records: {
        accepted: this.accepted,
        stored: this.stored,
        dropped: everyReason(CONSUMER_DROP_REASONS, this.#dropped),
        storedByService: Object.fromEntries(this.#storedByService),
      },
      bytes: { wire: this.wireBytes, decoded: this.decodedBytes, billed: billedBytes },
      timestampsOverridden: this.timestampsOverridden,
    };
  }
}

function add<K>(counts: Map<K, number>, key: K, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}

function everyReason<R extends string>(reasons: readonly R[], counts: ReadonlyMap<R, number>): Record<R, number> {
  const entries = reasons.map((reason): [R, number] => [reason, counts.get(reason) ?? 0]);
  // The compiler cannot follow keys through Object.fromEntries: every reason has its entry.
  return Object.fromEntries(entries) as Record<R, number>;
}
