import { describe, expect, it } from "vitest";
import { BodyBuffers } from "../../../../src/receivers/body-buffers.ts";
import { RequestBody } from "../../../../src/receivers/otlp/request-body.ts";

function limits(maxBytes = 1_000_000, reserve: (totalBytes: number) => boolean = () => true) {
  return { maxBytes, reserve };
}

describe("RequestBody", () => {
  it("is empty when nothing came", () => {
    expect(new RequestBody(0, limits(), new BodyBuffers()).take()).toHaveLength(0);
  });

  it("does not copy a body that came in one piece", () => {
    const chunk = Buffer.from("abc");
    const body = new RequestBody(3, limits(), new BodyBuffers());
    body.push(chunk);

    expect(body.take()).toBe(chunk);
  });

  it("allocates a declared size once and asks for nothing more", () => {
    const asked: number[] = [];
    const body = new RequestBody(
      6,
      limits(10, (totalBytes) => asked.push(totalBytes) > 0),
      new BodyBuffers(),
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
      new BodyBuffers(),
    );
    for (let piece = 0; piece < 30; piece++) expect(body.push(Buffer.alloc(10_000, piece))).toBe("ok");

    expect(body.take()).toHaveLength(300_000);
    expect(asked).toEqual([10_000, 65_536, 120_000, 240_000, 300_000]);
  });

  it("lets go of what was released", () => {
    const body = new RequestBody(3, limits(), new BodyBuffers());
    body.push(Buffer.from("abc"));

    expect(body.take()).toHaveLength(3);
    body.release();
    expect(body.take()).toHaveLength(0);
  });

  it("stops at the first byte beyond the limit", () => {
    const body = new RequestBody(undefined, limits(10), new BodyBuffers());
    expect(body.push(Buffer.alloc(10))).toBe("ok");
    expect(body.push(Buffer.alloc(1))).toBe("too_large");
    expect(new RequestBody(undefined, limits(10), new BodyBuffers()).push(Buffer.alloc(11))).toBe("too_large");
  });

  it("stops when there is no room", () => {
    const body = new RequestBody(
      undefined,
      limits(1_000_000, (totalBytes) => totalBytes < 100),
      new BodyBuffers(),
    );
    expect(body.push(Buffer.alloc(50))).toBe("ok");
    expect(body.push(Buffer.alloc(50))).toBe("no_room");
  });

  it("gives its buffer back once, for the next body", () => {
    const buffers = new BodyBuffers();
    const body = new RequestBody(200_000, limits(), buffers);
    for (const piece of [Buffer.alloc(100_000, 1), Buffer.alloc(100_000, 2)]) body.push(piece);
    const { buffer } = body.take();
    body.release();
    body.release();

    expect(buffers.take(200_000).buffer).toBe(buffer);
    expect(buffers.take(200_000).buffer).not.toBe(buffer);
  });
});
