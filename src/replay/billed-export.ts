/**
 * What would be billed: payloads regrouped as the exporter does, once a second of recorded time, counted in uncompressed
 * bytes of the requests that come out.
 */
import { regroupedBytes } from "../core/otlp/encode/regroup.ts";

const FLUSH_MS = 1000;

export class BilledExport {
  readonly #bill: (bytes: number) => void;
  #payloads: Uint8Array[] = [];
  #sinceMs = 0;

  /** @param bill called with the bytes of every flush */
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
