import { describe, expect, it } from "vitest";
import { BodyBuffers } from "../../../../src/receivers/body-buffers.ts";
import { MessageAssembler } from "../../../../src/receivers/otlp/grpc-framing.ts";
import { framed } from "../../../kit/product/grpc-post.ts";

const message = Uint8Array.from([1, 2, 3, 4, 5, 6, 7]);

function assemble(frames: readonly Uint8Array[], accept: (length: number) => boolean = () => true): MessageAssembler {
  const assembler = new MessageAssembler(accept, new BodyBuffers());
  for (const frame of frames) assembler.push(frame);
  return assembler;
}

describe("MessageAssembler", () => {
  it("does not copy a message that came in one frame", () => {
    const frame = framed(message);
    const assembled = assemble([frame]).take();

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
    assembler.push(framed(message).subarray(5));
    expect(asked).toEqual([7]);
    expect(assembler.state).toBe("complete");
  });

  it("stops for good when the length is not accepted", () => {
    const assembler = assemble([framed(message), framed(message)], () => false);

    expect(assembler.state).toBe("stopped");
    expect(assembler.take()).toBeUndefined();
  });

  it("lets go of what was taken", () => {
    const assembler = assemble([framed(message)]);

    expect(assembler.take()).toHaveLength(7);
    expect(assembler.take()).toBeUndefined();
  });

  it("reads an empty message", () => {
    const assembler = assemble([framed(new Uint8Array(0))]);

    expect(assembler.state).toBe("complete");
    expect(assembler.take()).toHaveLength(0);
  });

  it("tells whether the message is compressed", () => {
    expect(assemble([framed(message, true)]).compressed).toBe(true);
    expect(assemble([framed(message)]).compressed).toBe(false);
  });

  it.each([
    ["in the same frame", [Buffer.concat([framed(message), Uint8Array.from([0])])]],
    [
      "in the last of several frames",
      [framed(message).subarray(0, 8), Buffer.concat([framed(message).subarray(8), message])],
    ],
    ["in a frame of its own", [framed(message), Uint8Array.from([0])]],
  ])("notices bytes after the message %s", (_name, frames) => {
    const assembler = assemble(frames);

    expect(assembler.state).toBe("overrun");
    expect(assembler.take()).toBeUndefined();
  });

  it("does not mind an empty frame at the end", () => {
    expect(assemble([framed(message), new Uint8Array(0)]).state).toBe("complete");
  });
});
