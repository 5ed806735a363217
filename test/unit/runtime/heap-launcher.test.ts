import { getHeapStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { fitHeap } from "../../../src/runtime/heap-launcher.ts";

const MIB = 2 ** 20;

class Replaced extends Error {
  readonly call: readonly unknown[];
  constructor(call: readonly unknown[]) {
    super("replaced");
    this.call = call;
  }
}

/** This process, as seen by the launcher; replacing it throws what it was called with. */
function host(environment: NodeJS.ProcessEnv): typeof process {
  return Object.assign(Object.create(process) as typeof process, {
    execPath: "/usr/bin/node",
    execArgv: ["--enable-source-maps"],
    argv: ["/usr/bin/node", "/app/lipservice.js", "run"],
    env: environment,
    execve: (...call: unknown[]) => {
      throw new Replaced(call);
    },
  });
}

describe("fitHeap", () => {
  it("starts the same command anew with flags for the limit, and a mark against doing it twice", () => {
    const call = catchReplaced(() =>
      fitHeap({ bytes: 128 * MIB, source: "cgroup" }, host({ HOME: "/", GONE: undefined })),
    );

    expect(call).toEqual([
      "/usr/bin/node",
      [
        "/usr/bin/node",
        "--enable-source-maps",
        "--max-old-space-size=64",
        "--max-semi-space-size=2",
        "/app/lipservice.js",
        "run",
      ],
      { HOME: "/", LIPSERVICE_HEAP_SET: "1" },
    ]);
  });

  it("does nothing in a process that was replaced, or whose operator chose", () => {
    const limit = { bytes: 128 * MIB, source: "cgroup" } as const;

    expect(fitHeap(limit, host({ LIPSERVICE_HEAP_SET: "1" }))).toEqual({ action: "keep", adjustable: [] });
    expect(fitHeap(limit, host({ NODE_OPTIONS: "--max-old-space-size=70" }))).toEqual({
      action: "keep",
      adjustable: [],
    });
  });

  it("does nothing where V8's choice fits", () => {
    const limit = { bytes: getHeapStatistics().heap_size_limit * 2, source: "machine" } as const;

    expect(fitHeap(limit, host({})).action).toBe("keep");
  });
});

function catchReplaced(run: () => unknown): readonly unknown[] {
  try {
    run();
  } catch (error) {
    if (error instanceof Replaced) return error.call;
    throw error;
  }
  throw new Error("the process was not replaced");
}
