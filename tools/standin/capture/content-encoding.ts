/**
 * Decompression in front of the endpoint: the encodings the destination knows, matched byte for byte, output capped.
 * zstd exists where node's zlib has it (22.15 and newer); elsewhere it is refused like an unknown encoding.
 */
import { promisify } from "node:util";
import * as zlib from "node:zlib";

type Decompress = (body: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

export type DecompressResult =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly cause: "too_large" | "corrupt" };

const gunzip = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.inflate);
const brotli = promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);

/** Decompressors by the exact value of Content-Encoding. */
export class ContentEncodings {
  readonly #decompressors: ReadonlyMap<string, Decompress>;
  /** Value of Accept-Encoding in a 415. */
  readonly accepted: string;

  constructor() {
    const decompressors = new Map<string, Decompress>([
      ["gzip", (body, maxOutputLength) => gunzip(body, { maxOutputLength })],
      ["deflate", (body, maxOutputLength) => inflate(body, { maxOutputLength })],
      ["br", (body, maxOutputLength) => brotli(body, { maxOutputLength })],
    ]);
    const zstd = zstdDecompressor();
    if (zstd !== undefined) decompressors.set("zstd", zstd);
    this.#decompressors = decompressors;
    this.accepted = zstd === undefined ? "gzip,deflate,br" : "zstd,gzip,deflate,br";
  }

  /** "identity" and an absent header always are. */
  supports(encoding: string | undefined): boolean {
    return encoding === undefined || encoding === "identity" || this.#decompressors.has(encoding);
  }

  /** @param encoding one that supports() accepts */
  async decompress(encoding: string | undefined, body: Uint8Array, maxBytes: number): Promise<DecompressResult> {
    const decompress = encoding === undefined ? undefined : this.#decompressors.get(encoding);
    if (decompress === undefined) {
      return body.length > maxBytes ? { ok: false, cause: "too_large" } : { ok: true, body };
    }
    try {
      return { ok: true, body: await decompress(body, maxBytes) };
    } catch (error) {
      return { ok: false, cause: isTooLarge(error) ? "too_large" : "corrupt" };
    }
  }
}

/** True when the bytes begin as every gzip stream does. */
export function hasGzipMagic(body: Uint8Array): boolean {
  return body.length >= 2 && body[0] === 0x1f && body[1] === 0x8b;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

/** Looked up at run time, because the oldest supported node and its types do not know it. */
function zstdDecompressor(): Decompress | undefined {
  const candidate: unknown = Reflect.get(zlib, "zstdDecompress");
  if (typeof candidate !== "function") return undefined;
  return (body, maxOutputLength) =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, result: Buffer): void => {
        if (error === null) resolve(result);
        else reject(error);
      };
      Reflect.apply(candidate, zlib, [body, { maxOutputLength }, done]);
    });
}
