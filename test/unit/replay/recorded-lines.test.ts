import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openRecorded, recordedLines } from "../../../src/replay/recorded-lines.ts";

async function linesOf(...chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const line of recordedLines(openRecorded("-", source))) lines.push(line.toString());
  return lines;
}

function singly(bytes: Uint8Array): Uint8Array[] {
  return [...bytes].map((byte) => Uint8Array.of(byte));
}

describe("recorded lines of standard input", () => {
  const text = Buffer.from("one\r\n\nthree\nlast");
  const lines = ["one", "", "three", "last"];

  it("are the same plain, gzipped, in one chunk, byte by byte and in several gzip members", async () => {
    const gzip = gzipSync(text);
    const members = Buffer.concat([gzipSync(text.subarray(0, 7)), gzipSync(text.subarray(7))]);

    for (const bytes of [text, gzip, members]) {
      expect(await linesOf(bytes)).toEqual(lines);
      expect(await linesOf(...singly(bytes))).toEqual(lines);
    }
  });

  it("are read from input that is empty or shorter than the magic bytes of gzip", async () => {
    expect(await linesOf()).toEqual([]);
    expect(await linesOf(Buffer.from("x"))).toEqual(["x"]);
    expect(await linesOf(Buffer.from([0x1f]))).toEqual(["\x1f"]);
  });

  it("fail with an error when the compressed stream is truncated", async () => {
    await expect(linesOf(gzipSync(text).subarray(0, -4))).rejects.toThrow(/unexpected end of file/);
  });
});
