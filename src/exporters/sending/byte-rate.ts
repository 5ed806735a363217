/**
 * A limit in bytes a second. A request may go when the balance is positive and then costs its whole size, so that one
 * request larger than a second's allowance passes and is paid off afterwards. At most one second's worth is saved up.
 */
export class ByteRate {
  readonly #bytesPerSecond: number;
  #balance: number;
  #asOfMs: number;

  /** @param bytesPerSecond 0 means no limit */
  constructor(bytesPerSecond: number, nowMs: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#balance = bytesPerSecond;
    this.#asOfMs = nowMs;
  }

  /** @returns milliseconds until the next request may go; 0 = now */
  waitMs(nowMs: number): number {
    if (this.#bytesPerSecond === 0) return 0;
    this.#refill(nowMs);
    return this.#balance > 0 ? 0 : Math.ceil(((1 - this.#balance) / this.#bytesPerSecond) * 1000);
  }

  spend(bytes: number, nowMs: number): void {
    if (this.#bytesPerSecond === 0) return;
    this.#refill(nowMs);
    this.#balance -= bytes;
  }

  #refill(nowMs: number): void {
    const earned = ((nowMs - this.#asOfMs) / 1000) * this.#bytesPerSecond;
    this.#balance = Math.min(this.#bytesPerSecond, this.#balance + earned);
    this.#asOfMs = nowMs;
  }
}
