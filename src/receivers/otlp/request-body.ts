/**
 * A body as it arrives: one allocation of its declared size, or none when it comes in one piece. Without a declared size
 * (chunked) the buffer doubles, and each doubling is reserved first. Never holds more than `maxBytes`.
 */
export interface RequestBodyLimits {
  readonly maxBytes: number;
  /** May this many bytes be held? Asked whenever more than the declared size is needed. */
  reserve(totalBytes: number): boolean;
}

export type PushResult = "ok" | "too_large" | "no_room";

const FIRST_CHUNKED_BYTES = 64 * 1024;

export class RequestBody {
  readonly #declared: number | undefined;
  readonly #limits: RequestBodyLimits;
  /** The first piece as it came, until a second one arrives. */
  #buffer: Uint8Array | undefined;
  #length = 0;

  /** @param declared Content-Length, at most maxBytes and reserved already; undefined when chunked */
  constructor(declared: number | undefined, limits: RequestBodyLimits) {
    this.#declared = declared;
    this.#limits = limits;
  }

  push(chunk: Uint8Array): PushResult {
    const total = this.#length + chunk.length;
    if (total > this.#limits.maxBytes) return "too_large";
    if (this.#buffer === undefined) {
      this.#buffer = chunk;
      this.#length = total;
      return this.#declared !== undefined || this.#limits.reserve(total) ? "ok" : "no_room";
    }
    if (this.#length === this.#buffer.length && !this.#enlarge(total)) return "no_room";
    if (total > this.#buffer.length && !this.#enlarge(total)) return "no_room";
    this.#buffer.set(chunk, this.#length);
    this.#length = total;
    return "ok";
  }

  /** What arrived, once, when nothing more comes. It is let go of: a connection remembers its latest request. */
  take(): Uint8Array {
    const buffer = this.#buffer ?? new Uint8Array(0);
    this.#buffer = undefined;
    return this.#length === buffer.length ? buffer : buffer.subarray(0, this.#length);
  }

  #enlarge(total: number): boolean {
    const old = this.#buffer;
    const capacity =
      this.#declared ?? Math.min(this.#limits.maxBytes, Math.max(FIRST_CHUNKED_BYTES, total, 2 * this.#length));
    if (this.#declared === undefined && !this.#limits.reserve(capacity)) return false;
    this.#buffer = Buffer.allocUnsafe(Math.max(capacity, total));
    if (old !== undefined) this.#buffer.set(old.subarray(0, this.#length));
    return true;
  }
}
