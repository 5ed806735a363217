/** Lines of a recorded file: gzip by its magic bytes, CR stripped, any length; one Buffer a line, in order. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** @param path a file, or "-" for standard input */
export async function openRecorded(path: string, stdin: Readable): Promise<Readable> {
  if (path === "-") return stdin;
  const isGzip = await startsWithGzipMagic(path);
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  if (!isGzip) return file;
  const gunzip = createGunzip({ chunkSize: 1024 * 1024 });
  file.on("error", (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function startsWithGzipMagic(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const magic = Buffer.alloc(2);
    const { bytesRead } = await handle.read(magic, 0, 2, 0);
    return bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** A last line without a newline counts; an empty one after the last newline does not. */
export async function* recordedLines(source: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const chunk of source) {
    const bytes: Buffer = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
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
