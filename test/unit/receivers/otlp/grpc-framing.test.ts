import { describe, expect, it } from "vitest";
import { BodyBuffers } from "../../../../src/receivers/body-buffers.ts";
import { MessageAssembler } from "../../../../src/receivers/otlp/grpc-framing.ts";
import { framed } from "../../../kit/product/grpc-post.ts";

const message = Uint8Array.from([1, 2, 3, 4, 5, 6, 7]);

function assemble(frames: readonly Uint8Array[], accept: (length: number) => boolean = () => true) {
  const assembler = new MessageAssembler(accept, new BodyBuffers());
  const states = frames.map((frame) => assembler.push(frame));
  return { assembler, state: states.at(-1) };
}

describe("MessageAssembler", () => {
  it("does not copy a message that came in one frame", () => {
    const frame = framed(message);
    const assembled = assemble([frame]).assembler.take();

    expect(assembled).toEqual(Buffer.from(message));
    expect(assembled?.buffer).toBe(frame.buffer);
  });

  it("puts the announced length to accept once, before the content comes", () => {
    const asked: number[] = [];
    const assembler = new MessageAssembler((length) => asked.push(length) > 0, new BodyBuffers());

    assembler.push(framed(message).subarray(0, 4));
    expect(asked).toEqual([]);
    assembler.push(framed(message).subarray(4, 5));
    expect(asked).toEqual([7]);
    expect(assembler.push(framed(message).subarray(5))).toBe("complete");
    expect(asked).toEqual([7]);
  });

  it("stops for good when the length is not accepted", () => {
    const { assembler, state } = assemble([framed(message), framed(message)], () => false);

    expect(state).toBe("stopped");
    expect(assembler.take()).toBeUndefined();
  });

  it("lets go of what was taken", () => {
    const { assembler } = assemble([framed(message)]);

    expect(assembler.take()).toHaveLength(7);
    expect(assembler.take()).toBeUndefined();
  });

  it("reads an empty message", () => {
    const { assembler, state } = assemble([framed(new Uint8Array(0))]);

    expect(state).toBe("complete");
    expect(assembler.take()).toHaveLength(0);
  });

  it("tells whether the message is compressed", () => {
    expect(assemble([framed(message, true)]).assembler.compressed).toBe(true);
    expect(assemble([framed(message)]).assembler.compressed).toBe(false);
  });

  it.each([
    ["in the same frame", [Buffer.concat([framed(message), Uint8Array.from([0])])]],
    [
      "in the last of several frames",
      [framed(message).subarray(0, 8), Buffer.concat([framed(message).subarray(8), message])],
    ],
    ["in a frame of its own", [framed(message), Uint8Array.from([0])]],
  ])("notices bytes after the message %s", (_name, frames) => {
    const { assembler, state } = assemble(frames);

    expect(state).toBe("overrun");
    expect(assembler.take()).toBeUndefined();
  });

  it("does not mind an empty frame at the end", () => {
    expect(assemble([framed(message), new Uint8Array(0)]).state).toBe("complete");
  });
});
