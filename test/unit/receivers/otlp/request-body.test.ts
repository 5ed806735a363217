import { describe, expect, it } from "vitest";
import { RequestBody } from "../../../../src/receivers/otlp/request-body.ts";

function limits(maxBytes = 1_000_000, reserve: (totalBytes: number) => boolean = () => true) {
  return { maxBytes, reserve };
}

describe("RequestBody", () => {
  it("is empty when nothing came", () => {
    expect(new RequestBody(0, limits()).take()).toHaveLength(0);
  });

  it("does not copy a body that came in one piece", () => {
    const chunk = Buffer.from("abc");
    const body = new RequestBody(3, limits());
    body.push(chunk);

    expect(body.take()).toBe(chunk);
  });

  it("allocates a declared size once and asks for nothing more", () => {
    const asked: number[] = [];
    const body = new RequestBody(
      6,
      limits(10, (totalBytes) => asked.push(totalBytes) > 0),
    );
    for (const piece of ["ab", "cd", "ef"]) expect(body.push(Buffer.from(piece))).toBe("ok");

    expect(Buffer.from(body.take()).toString()).toBe("abcdef");
    expect(asked).toEqual([]);
  });

  it("reserves a chunked body as it doubles, never beyond the limit", () => {
    const asked: number[] = [];
    const body = new RequestBody(
      undefined,
      limits(300_000, (totalBytes) => asked.push(totalBytes) > 0),
    );
    for (let piece = 0; piece < 30; piece++) expect(body.push(Buffer.alloc(10_000, piece))).toBe("ok");

    expect(body.take()).toHaveLength(300_000);
    expect(asked).toEqual([10_000, 65_536, 120_000, 240_000, 300_000]);
  });

  it("lets go of what was taken", () => {
    const body = new RequestBody(3, limits());
    body.push(Buffer.from("abc"));

    expect(body.take()).toHaveLength(3);
    expect(body.take()).toHaveLength(0);
  });

  it("stops at the first byte beyond the limit", () => {
    const body = new RequestBody(undefined, limits(10));
    expect(body.push(Buffer.alloc(10))).toBe("ok");
    expect(body.push(Buffer.alloc(1))).toBe("too_large");
    expect(new RequestBody(undefined, limits(10)).push(Buffer.alloc(11))).toBe("too_large");
  });

  it("stops when there is no room", () => {
    const body = new RequestBody(
      undefined,
      limits(1_000_000, (totalBytes) => totalBytes < 100),
    );
    expect(body.push(Buffer.alloc(50))).toBe("ok");
    expect(body.push(Buffer.alloc(50))).toBe("no_room");
  });
});
