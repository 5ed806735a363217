import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { EventLoopLag } from "../../../src/runtime/event-loop-lag.ts";

/** Blocks the event loop. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

describe("EventLoopLag", () => {
  it("sees that the loop was blocked, at the next reading", async () => {
    const lag = new EventLoopLag();
    await lag.start();
    // Until the histogram has its first value, which needs turns of its timer; the test's own timeout ends a failure.
    while (lag.seconds() < 0.3) {
      await delay(1);
      block(400);
      await delay(30);
    }

    expect(lag.seconds()).toBeLessThan(60);
    await lag.shutdown();
  });

  it("tells 0 and is well before it started and after it ended", async () => {
    const lag = new EventLoopLag();
    expect([lag.seconds(), lag.health()]).toEqual([0, { state: "ok" }]);

    await lag.start();
    await lag.shutdown();
    await lag.shutdown();

    expect(lag.health()).toEqual({ state: "ok" });
  });
});
