/**
 * Bodies out of their compression, with a hard cap on what comes out. One-shot calls only: zlib's streams do not
 * enforce maxOutputLength, its one-shot functions do, for every member of a multi-member gzip together. Small bodies
 * inflate on the spot, which costs less than a trip to the thread pool; large ones off the event loop, few at a time,
 * because the pool is shared with the file system and every inflation holds its output.
 */
import * as zlib from "node:zlib";

/** Codings of HTTP's Content-Encoding and gRPC's grpc-encoding that we take; identity is not among them. */
export type Compression = "gzip" | "deflate" | "zstd";

export interface InflaterSettings {
  /** Inflations off the event loop at once; further ones wait their turn. */
  readonly maxConcurrent: number;
  /** On the spot only when the compressed body is at most this large… */
  readonly inlineCompressedBytes: number;
  /** …and its content at most this: about 2 ms of work. */
  readonly inlineOutputBytes: number;
}

export const INFLATER_DEFAULTS: InflaterSettings = {
  maxConcurrent: 2,
  inlineCompressedBytes: 64 * 1024,
  inlineOutputBytes: 1024 * 1024,
};

export type Inflated =
  | { readonly kind: "inflated"; readonly bytes: Uint8Array }
  /** More than `maxBytes` came out. */
  | { readonly kind: "too_large" }
  /** Not of this format, truncated, or a bad checksum. */
  | { readonly kind: "damaged" }
  /** `reserve` said no. */
  | { readonly kind: "no_room" };

export interface InflateRequest {
  readonly body: Uint8Array;
  readonly compression: Compression;
  readonly maxBytes: number;
  /** Asked before memory is taken: may body and content together hold this many bytes? */
  reserve(totalBytes: number): boolean;
}

interface Codec {
  readonly sync: (body: Uint8Array, options: zlib.ZlibOptions) => Buffer;
  readonly async: (
    body: Uint8Array,
    options: zlib.ZlibOptions,
    callback: (error: Error | null, content: Buffer) => void,
  ) => void;
}

/** Deflate cannot expand more than this (1032 : 1). Zstandard can, but then the first guess is merely too small. */
const MAX_DEFLATE_RATIO = 1032;
/** Room beyond the expected size, so that zlib notices the end without asking for a second buffer. */
const SLACK_BYTES = 64;
const MIN_CHUNK_BYTES = 1024;
/** First guess where the format does not tell its content's size; logs compress by 5 to 25. */
const ASSUMED_RATIO = 8;

export class Inflater {
  readonly #settings: InflaterSettings;
  readonly #zstd: Codec | undefined = zstdCodec();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(settings: InflaterSettings) {
    this.#settings = settings;
  }

  /** Zstandard came with Node 22.15. */
  supports(compression: Compression): boolean {
    return compression !== "zstd" || this.#zstd !== undefined;
  }

  /** @returns at once for small bodies, a promise (which never rejects) for large ones */
  inflate(request: InflateRequest): Inflated | Promise<Inflated> {
    const { inlineCompressedBytes, inlineOutputBytes } = this.#settings;
    const codec = this.#codecFor(request);
    const expected = expectedBytes(request);
    if (request.body.length > inlineCompressedBytes || expected > inlineOutputBytes) {
      return this.#inflateLarge(codec, request, expected);
    }
    if (!request.reserve(request.body.length + expected)) return { kind: "no_room" };
    const cap = Math.min(request.maxBytes, inlineOutputBytes);
    let bytes: Buffer;
    try {
      bytes = codec.sync(request.body, optionsFor(expected, cap));
    } catch (error) {
      const failure = failureOf(error);
      return failure.kind === "too_large" && cap < request.maxBytes
        ? this.#inflateLarge(codec, request, request.maxBytes)
        : failure;
    }
    return finish(request, bytes);
  }

  /** In two steps, so that the second, which must reserve the whole limit, is only taken by those that need it. */
  async #inflateLarge(codec: Codec, request: InflateRequest, expected: number): Promise<Inflated> {
    await this.#turn();
    try {
      for (const cap of [Math.min(expected, request.maxBytes), request.maxBytes]) {
        if (!request.reserve(request.body.length + cap)) return { kind: "no_room" };
        const inflated = await runAsync(codec, request, cap);
        if (inflated.kind !== "too_large" || cap === request.maxBytes) return inflated;
      }
      return { kind: "too_large" };
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#running >= this.#settings.maxConcurrent) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running++;
  }

  #codecFor(request: InflateRequest): Codec {
    if (request.compression === "gzip") return GZIP;
    if (request.compression === "zstd" && this.#zstd !== undefined) return this.#zstd;
    return isZlibStream(request.body) ? ZLIB : RAW_DEFLATE;
  }
}

const GZIP: Codec = { sync: zlib.gunzipSync, async: zlib.gunzip };
const ZLIB: Codec = { sync: zlib.inflateSync, async: zlib.inflate };
const RAW_DEFLATE: Codec = { sync: zlib.inflateRawSync, async: zlib.inflateRaw };

function runAsync(codec: Codec, request: InflateRequest, cap: number): Promise<Inflated> {
  return new Promise((resolve) => {
    codec.async(request.body, optionsFor(cap, cap), (error, content) => {
      resolve(error === null ? finish(request, content) : failureOf(error));
    });
  });
}

function finish(request: InflateRequest, bytes: Buffer): Inflated {
  return request.reserve(request.body.length + bytes.length) ? { kind: "inflated", bytes } : { kind: "no_room" };
}

/** One output chunk of the expected size: the content then needs no concatenation. */
function optionsFor(expected: number, maxOutputLength: number): zlib.ZlibOptions {
  return {
    chunkSize: Math.max(MIN_CHUNK_BYTES, expected + SLACK_BYTES),
    maxOutputLength: Math.max(1, maxOutputLength),
  };
}

/**
 * A gzip member ends with the size of its content (modulo 2^32); whoever lies there only costs himself a second pass.
 */
function expectedBytes({ body, compression, maxBytes }: InflateRequest): number {
  const ceiling = Math.min(maxBytes, body.length * MAX_DEFLATE_RATIO);
  if (compression !== "gzip" || body.length < 18) return Math.min(ceiling, body.length * ASSUMED_RATIO);
  const size = new DataView(body.buffer, body.byteOffset + body.length - 4, 4).getUint32(0, true);
  return Math.min(ceiling, size);
}

function failureOf(error: unknown): Inflated {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"
    ? { kind: "too_large" }
    : { kind: "damaged" };
}

/**
 * RFC 1950 header: method 8, and the first two bytes a multiple of 31. HTTP's "deflate" means this, but some send raw.
 */
function isZlibStream(body: Uint8Array): boolean {
  const first = body[0] ?? 0;
  const second = body[1] ?? 0;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

/** Node's Zstandard functions where they exist; the types of Node 20 do not know them. */
function zstdCodec(): Codec | undefined {
  const sync: unknown = Reflect.get(zlib, "zstdDecompressSync");
  const async: unknown = Reflect.get(zlib, "zstdDecompress");
  if (typeof sync !== "function" || typeof async !== "function") return undefined;
  return {
    // Like every one-shot function of zlib it returns a Buffer; the types of Node 20 cannot say so.
    sync: (body, options) => Reflect.apply(sync, undefined, [body, options]) as Buffer,
    async: (body, options, callback) => {
      Reflect.apply(async, undefined, [body, options, callback]);
    },
  };
}
