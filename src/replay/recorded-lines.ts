/**
 * Reads the lines of a recorded file: gzip by its magic bytes, CR stripped, of any length; one Buffer a line, in order.
 */
import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { putBack } from "./put-back.ts";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CHUNK_BYTES = 1024 * 1024;

/**
 * The bytes of a file, inflated when they begin with the magic bytes of gzip.
 * @param path a file, or "-" for standard input
 */
export async function* openRecorded(path: string, stdin: Readable): AsyncGenerator<Buffer> {
  const source = path === "-" ? stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  // The first chunk of a pipe may be a single byte.
  while (head.length < 2) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const bytes = putBack([head], chunks);
  if (head[0] !== 0x1f || head[1] !== 0x8b) yield* bytes;
  else yield* inflated(bytes);
}

function inflated(compressed: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // A failure of the source becomes one of the returned stream, so its reader gets it once.
  return pipeline(Readable.from(compressed), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
}

/** A last line without a newline counts; an empty one after the last newline does not. */
export async function* recordedLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const bytes of source) {
    let start = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, start)) {
      rest.push(bytes.subarray(start, at));
      yield withoutCarriageReturn(rest.length === 1 && rest[0] !== undefined ? rest[0] : Buffer.concat(rest));
      rest = [];
      start = at + 1;
    }
    if (start < bytes.length) rest.push(bytes.subarray(start));
  }
  if (rest.length > 0) yield withoutCarriageReturn(Buffer.concat(rest));
}

function withoutCarriageReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
