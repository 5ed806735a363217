import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../kit/product/print-heap.ts", import.meta.url));
const CAN_REPLACE = "execve" in process;

async function runProgram(): Promise<{ pid: number | undefined; said: unknown }> {
  const child = spawn(process.execPath, ["--import", "tsx", PROGRAM, "128"], { stdio: ["ignore", "pipe", "inherit"] });
  const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { pid: child.pid, said: JSON.parse(output) };
}

describe("fitHeap in a real process", () => {
  it.skipIf(!CAN_REPLACE)(
    "replaces it in place (needs process.execve of Node 22.15): same id, same arguments, small heap",
    async () => {
      const { pid, said } = await runProgram();

      expect(said).toEqual({ pid, action: "keep", heapLimitMib: 70, argument: "128" });
    },
  );

  it.skipIf(CAN_REPLACE)("goes on with what can be adjusted (on Node without process.execve)", async () => {
    const { pid, said } = await runProgram();

    expect(said).toMatchObject({ pid, action: "adjust", argument: "128" });
  });
});
