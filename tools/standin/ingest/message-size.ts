/**
 * The size of the message that a request becomes behind the edge: its rows, each repeating its resource, compressed.
 * The destination refuses with 500 what is larger than its broker takes. Our compressor is a neighbour of its own
 * (zstd 1 where node has it, gzip 1 elsewhere), so a size near the limit may fall on the other side.
 */
import * as zlib from "node:zlib";
import type { CapturedRow } from "./log-row.ts";

/** Fields of fixed width and framing: two timestamps, ids, numbers, uuid. */
const FIXED_ROW_BYTES = 120;

/**
 * True when the rows' message would not be taken. A bound first: compression never makes a message larger than its
 * rows.
 */
export function exceedsMessageLimit(rows: readonly CapturedRow[], maxMessageBytes: number): boolean {
  if (maxMessageBytes === 0) return false;
  const upperBound = rows.reduce((sum, row) => sum + row.bytes_uncompressed + FIXED_ROW_BYTES, 0);
  if (upperBound <= maxMessageBytes) return false;
  const text = rows.map((row) => JSON.stringify(row)).join("");
  return compressedBytes(Buffer.from(text)) > maxMessageBytes;
}

function compressedBytes(content: Buffer): number {
  const zstd: unknown = Reflect.get(zlib, "zstdCompressSync");
  if (typeof zstd !== "function") return zlib.gzipSync(content, { level: 1 }).length;
  const compressed: unknown = Reflect.apply(zstd, zlib, [content]);
  return compressed instanceof Uint8Array ? compressed.length : content.length;
}
