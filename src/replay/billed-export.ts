/**
 * Counts the bytes that would be billed: regroups payloads as the exporter does, once a second of recorded time, and
 * counts the uncompressed bytes of the resulting requests.
 */
import { regroupedBytes } from "../core/otlp/encode/regroup.ts";

const FLUSH_MS = 1000;

export class BilledExport {
  readonly #bill: (bytes: number) => void;
  #payloads: Uint8Array[] = [];
  #sinceMs = 0;

  /** @param bill receives the bytes of every flush */
  constructor(bill: (bytes: number) => void) {
    this.#bill = bill;
  }

  add(payload: Uint8Array, monoMs: number): void {
    if (this.#payloads.length === 0) this.#sinceMs = monoMs;
    this.#payloads.push(payload);
  }

  advance(monoMs: number): void {
    if (this.#payloads.length > 0 && monoMs - this.#sinceMs >= FLUSH_MS) this.flush();
  }

  flush(): void {
    if (this.#payloads.length === 0) return;
    this.#bill(regroupedBytes(this.#payloads));
    this.#payloads = [];
  }
}
