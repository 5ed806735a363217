/**
 * A body as it arrives: one buffer of its declared size, or none when it comes in one piece. Without a declared size
 * (chunked) the buffer doubles, and each doubling is reserved first. Never holds more than `maxBytes`.
 */
import type { BodyBuffers } from "../body-buffers.ts";

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
  readonly #buffers: BodyBuffers;
  /** The first piece as it came, until a second one arrives. */
  #buffer: Uint8Array | undefined;
  #length = 0;
  /** Of `#buffer`, what was reserved; 0 while it is the first piece and not one of `#buffers`. */
  #capacity = 0;

  /** @param declared Content-Length, at most maxBytes and reserved already; undefined when chunked */
  constructor(declared: number | undefined, limits: RequestBodyLimits, buffers: BodyBuffers) {
    this.#declared = declared;
    this.#limits = limits;
    this.#buffers = buffers;
  }

  push(chunk: Uint8Array): PushResult {
    const total = this.#length + chunk.length;
    if (total > this.#limits.maxBytes) return "too_large";
    if (this.#buffer === undefined) {
      this.#buffer = chunk;
      this.#length = total;
      return this.#declared !== undefined || this.#limits.reserve(total) ? "ok" : "no_room";
    }
    if (total > this.#capacity && !this.#enlarge(total)) return "no_room";
    this.#buffer.set(chunk, this.#length);
    this.#length = total;
    return "ok";
  }

  /** What arrived, when nothing more comes; valid until `release`. */
  take(): Uint8Array {
    const buffer = this.#buffer ?? new Uint8Array(0);
    return this.#length === buffer.length ? buffer : buffer.subarray(0, this.#length);
  }

  /** Nobody reads the body any more. It is let go of: a connection remembers its latest request. */
  release(): void {
    if (this.#capacity > 0 && this.#buffer !== undefined) this.#buffers.give(this.#buffer);
    this.#buffer = undefined;
    this.#capacity = 0;
  }

  #enlarge(total: number): boolean {
    const old = this.#buffer;
    const capacity =
      this.#declared ?? Math.min(this.#limits.maxBytes, Math.max(FIRST_CHUNKED_BYTES, total, 2 * this.#length));
    if (this.#declared === undefined && !this.#limits.reserve(capacity)) return false;
    const wanted = Math.max(capacity, total);
    const buffer = this.#buffers.take(wanted);
    if (old !== undefined) {
      buffer.set(old.subarray(0, this.#length));
      if (this.#capacity > 0) this.#buffers.give(old);
    }
    this.#buffer = buffer;
    this.#capacity = wanted;
    return true;
  }
}
