import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Compression, Inflated } from "../../../src/receivers/inflate.ts";
import { Inflater } from "../../../src/receivers/inflate.ts";

const inflater = new Inflater({ maxConcurrent: 2, inlineCompressedBytes: 1000, inlineOutputBytes: 10_000 });
/** Does not compress below 1000 bytes. */
const incompressible = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 31 + (i >> 3) * 17) & 0xff));

interface Options {
  readonly compression?: Compression;
  readonly maxBytes?: number;
  readonly reserve?: (totalBytes: number) => boolean;
}

async function inflate(body: Uint8Array, options: Options = {}): Promise<Inflated> {
  return await inflater.inflate({ compression: "gzip", maxBytes: 100_000, reserve: () => true, ...options, body });
}

function contentOf(inflated: Inflated): string {
  if (inflated.kind !== "inflated") throw new Error(inflated.kind);
  return Buffer.from(inflated.bytes).toString("latin1");
}

describe.each([
  ["small, on the spot", Buffer.from("a".repeat(500))],
  ["large content, off the loop", Buffer.alloc(90_000, "b")],
  ["large body, off the loop", incompressible],
])("%s", (_name, content) => {
  const text = content.toString("latin1");

  it.each([
    ["gzip", gzipSync(content), "gzip"],
    ["zlib", deflateSync(content), "deflate"],
    ["raw deflate", deflateRawSync(content), "deflate"],
    ["gzip of two members", Buffer.concat([gzipSync(content.subarray(0, 9)), gzipSync(content.subarray(9))]), "gzip"],
  ] as const)("%s comes out whole", async (_format, body, compression) => {
    expect(contentOf(await inflate(body, { compression }))).toBe(text);
  });

  it("takes content of exactly maxBytes, and calls one byte more too large", async () => {
    const body = gzipSync(content);
    expect((await inflate(body, { maxBytes: content.length })).kind).toBe("inflated");
    expect((await inflate(body, { maxBytes: content.length - 1 })).kind).toBe("too_large");
    expect((await inflate(deflateSync(content), { compression: "deflate", maxBytes: content.length - 1 })).kind).toBe(
      "too_large",
    );
  });

  it("calls truncated, corrupt and foreign bytes damaged", async () => {
    const body = gzipSync(content);
    expect((await inflate(body.subarray(0, -1))).kind).toBe("damaged");
    expect((await inflate(body.subarray(0, 5))).kind).toBe("damaged");
    expect((await inflate(content)).kind).toBe("damaged");
    expect((await inflate(new Uint8Array(0))).kind).toBe("damaged");
    const corrupt = Buffer.from(body);
    corrupt[corrupt.length - 6] = (corrupt[corrupt.length - 6] ?? 0) ^ 1;
    expect((await inflate(corrupt)).kind).toBe("damaged");
  });

  it("reserves body and content together before it holds them, and stops when it may not", async () => {
    const body = gzipSync(content);
    const asked: number[] = [];
    await inflate(body, { reserve: (totalBytes) => asked.push(totalBytes) > 0 });
    expect(Math.max(...asked)).toBe(body.length + content.length);
    expect((await inflate(body, { reserve: () => false })).kind).toBe("no_room");
  });
});

describe("a trailer that lies about the size", () => {
  it("costs its sender a second pass when it claims too little", async () => {
    const content = Buffer.alloc(50_000, "c");
    const body = gzipSync(content);
    // Two members: the trailer speaks of the second alone.
    const two = Buffer.concat([body, gzipSync(Buffer.from("d"))]);
    expect(contentOf(await inflate(two))).toBe(`${content.toString()}d`);
    body.writeUInt32LE(3, body.length - 4);
    expect((await inflate(body)).kind).toBe("damaged");
  });

  it("cannot make us reserve more than deflate could expand to, or than the limit", async () => {
    const body = gzipSync(Buffer.from("tiny"));
    body.writeUInt32LE(0xffffffff, body.length - 4);
    const asked: number[] = [];
    await inflate(body, { maxBytes: 1 << 30, reserve: (totalBytes) => asked.push(totalBytes) > 0 });
    expect(asked[0]).toBeLessThanOrEqual(body.length * 1033);
    const limited: number[] = [];
    await inflate(body, { maxBytes: 5000, reserve: (totalBytes) => limited.push(totalBytes) > 0 });
    expect(Math.max(...limited)).toBeLessThanOrEqual(body.length + 5000);
  });
});

describe("concurrency", () => {
  it("answers small bodies at once", () => {
    const request = { body: gzipSync("x"), compression: "gzip", maxBytes: 10, reserve: () => true } as const;
    expect(inflater.inflate(request)).not.toBeInstanceOf(Promise);
  });

  it("runs at most two off the loop, the others wait their turn and all finish", async () => {
    const body = gzipSync(Buffer.alloc(90_000, "e"));
    let running = 0;
    let most = 0;
    const results = await Promise.all(
      Array.from({ length: 20 }, async () => {
        let started = false;
        const result = await inflate(body, {
          reserve: () => {
            if (!started) {
              started = true;
              running++;
              most = Math.max(most, running);
            } else running--;
            return true;
          },
        });
        return result.kind;
      }),
    );
    expect(new Set(results)).toEqual(new Set(["inflated"]));
    expect(most).toBe(2);
  });

  it("supports Zstandard exactly where Node does", () => {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const nodeHasIt = (major === 22 && minor >= 15) || (major === 23 && minor >= 8) || major > 23;
    expect(inflater.supports("zstd")).toBe(nodeHasIt);
    expect(inflater.supports("gzip") && inflater.supports("deflate")).toBe(true);
  });
});
