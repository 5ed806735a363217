/**
 * The sender's side of the account: what was offered, and what became of each record. At the end of a run
 * offered = accepted + rejected + refused + abandoned.
 */
import { LatencyHistogram } from "./latency-histogram.ts";
import type { SendOutcome } from "./requests/sender.ts";

export interface LoadReport {
  readonly seconds: number;
  readonly records: {
    readonly offered: number;
    /** Acknowledged: the receiver answers for them. */
    readonly accepted: number;
    /** Refused one by one, in a partial success. */
    readonly rejected: number;
    /** In requests refused for good. */
    readonly refused: number;
    /** In requests that were still unanswered or refused for now when the run, or the patience, ended. */
    readonly abandoned: number;
    /** Made but never offered, because the receiver was too slow for the rate asked for. */
    readonly skipped: number;
  };
  /** Uncompressed bytes of accepted requests. */
  readonly acceptedBytes: number;
  readonly requests: number;
  readonly retries: number;
  /** Records in attempts that got no answer and may have been taken: as many may be duplicated. */
  readonly maybeDuplicated: number;
  /** Attempts by outcome: "ok", an HTTP status, a gRPC code name or an error code. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Of answered attempts. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

export class ClientLedger {
  readonly #attempts: Map<string, number> = new Map();
  readonly #latency: LatencyHistogram = new LatencyHistogram();
  #offered = 0;
  #accepted = 0;
  #rejected = 0;
  #refused = 0;
  #abandoned = 0;
  #skipped = 0;
  #acceptedBytes = 0;
  #requests = 0;
  #retries = 0;
  #maybeDuplicated = 0;

  offered(records: number): void {
    this.#requests++;
    this.#offered += records;
  }

  skipped(records: number): void {
    this.#skipped += records;
  }

  attempted(outcome: SendOutcome, records: number, milliseconds: number): void {
    const key = outcome.kind === "accepted" ? "ok" : outcome.status;
    this.#attempts.set(key, (this.#attempts.get(key) ?? 0) + 1);
    if (outcome.kind !== "unanswered") this.#latency.record(milliseconds);
    else if (outcome.maybeTaken) this.#maybeDuplicated += records;
  }

  retried(): void {
    this.#retries++;
  }

  accepted(records: number, rejected: number, bytes: number): void {
    const lost = Math.min(records, rejected);
    this.#accepted += records - lost;
    this.#rejected += lost;
    this.#acceptedBytes += bytes;
  }

  refused(records: number): void {
    this.#refused += records;
  }

  abandoned(records: number): void {
    this.#abandoned += records;
  }

  report(seconds: number): LoadReport {
    return {
      seconds,
      records: {
        offered: this.#offered,
        accepted: this.#accepted,
        rejected: this.#rejected,
        refused: this.#refused,
        abandoned: this.#abandoned,
        skipped: this.#skipped,
      },
      acceptedBytes: this.#acceptedBytes,
      requests: this.#requests,
      retries: this.#retries,
      maybeDuplicated: this.#maybeDuplicated,
      attempts: Object.fromEntries(this.#attempts),
      latencyMs: {
        p50: this.#latency.quantile(0.5),
        p99: this.#latency.quantile(0.99),
        max: this.#latency.maxMs,
      },
    };
  }
}
