import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gzipBody } from "../../../../src/exporters/http/compression.ts";

describe("gzipBody", () => {
  it("compresses small bodies at once and large ones off the loop, both losslessly", async () => {
    const small = new Uint8Array(1000).fill(7);
    const large = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const [first, second] = [gzipBody(small), gzipBody(large)];

    expect(first).toBeInstanceOf(Uint8Array);
    expect(second).toBeInstanceOf(Promise);
    expect(new Uint8Array(gunzipSync(await first))).toEqual(small);
    expect(new Uint8Array(gunzipSync(await second))).toEqual(large);
  });
});
