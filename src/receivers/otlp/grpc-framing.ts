/**
 * gRPC's length-prefixed message out of DATA frames: 1 byte compressed flag, 4 bytes length, content. The announced
 * length is put to `accept` before memory is taken for it. A message within one frame is not copied; a longer one is
 * copied once, into a buffer of its own. Bounded by what `accept` lets pass.
 */
import type { BodyBuffers } from "../body-buffers.ts";

const PREFIX_BYTES = 5;

export type FramingState =
  /** Wants more frames. */
  | "reading"
  | "complete"
  /** `accept` said no; nothing more is read. */
  | "stopped"
  /** Bytes after the one message of a unary call. */
  | "overrun";

export class MessageAssembler {
  readonly #accept: (length: number) => boolean;
  readonly #buffers: BodyBuffers;
  readonly #prefix = new Uint8Array(PREFIX_BYTES);
  #prefixRead = 0;
  /** The message, or what of it has come, at the start of `#borrowed`. */
  #message: Uint8Array | undefined;
  #borrowed: Uint8Array | undefined;
  #read = 0;
  #state: FramingState = "reading";

  /** @param accept called once, with the announced length in bytes; false stops */
  constructor(accept: (length: number) => boolean, buffers: BodyBuffers) {
    this.#accept = accept;
    this.#buffers = buffers;
  }

  /** Valid from the prefix on. */
  get compressed(): boolean {
    return this.#prefix[0] === 1;
  }

  /**
   * The content, once, when complete: a view of a received frame, or of a buffer that is its own until `release`. It is
   * let go of here, because
   * the library holds on to a call, and with it to this, longer than the request lives; kept that long, the bodies grow
   * old in the collector's eyes, and its large collections become ten times as frequent.
   */
  take(): Uint8Array | undefined {
    const message = this.#state === "complete" ? this.#message : undefined;
    this.#message = undefined;
    return message;
  }

  /** Nobody reads the content any more. */
  release(): void {
    if (this.#borrowed !== undefined) this.#buffers.give(this.#borrowed);
    this.#borrowed = undefined;
  }

  push(frame: Uint8Array): FramingState {
    if (this.#state !== "reading") {
      if (this.#state === "complete" && frame.length > 0) this.#state = "overrun";
      return this.#state;
    }
    let offset = 0;
    while (this.#prefixRead < PREFIX_BYTES && offset < frame.length) {
      this.#prefix[this.#prefixRead++] = frame[offset++] ?? 0;
    }
    if (this.#prefixRead < PREFIX_BYTES) return this.#state;
    return this.#pushContent(frame, offset);
  }

  /** Big-endian; a DataView would allocate a buffer outside the heap for five bytes. */
  #announcedLength(): number {
    const [, a = 0, b = 0, c = 0, d = 0] = this.#prefix;
    return a * 0x1000000 + b * 0x10000 + c * 0x100 + d;
  }

  #pushContent(frame: Uint8Array, offset: number): FramingState {
    const available = frame.length - offset;
    if (this.#message === undefined) {
      const length = this.#announcedLength();
      if (!this.#accept(length)) {
        this.#state = "stopped";
        return this.#state;
      }
      if (available >= length) {
        this.#message = frame.subarray(offset, offset + length);
        this.#state = available > length ? "overrun" : "complete";
        return this.#state;
      }
      this.#borrowed = this.#buffers.take(length);
      this.#message = this.#borrowed.subarray(0, length);
    }
    const missing = this.#message.length - this.#read;
    this.#message.set(
      available > missing ? frame.subarray(offset, offset + missing) : frame.subarray(offset),
      this.#read,
    );
    this.#read += Math.min(available, missing);
    if (available >= missing) this.#state = available > missing ? "overrun" : "complete";
    return this.#state;
  }
}
