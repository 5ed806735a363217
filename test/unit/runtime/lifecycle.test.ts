import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Component } from "../../../src/model/ports/component.ts";
import { shutdownAll, startAll } from "../../../src/runtime/lifecycle.ts";
import { SilentLogger } from "../../kit/silent-logger.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A component that writes down what happens to it. */
function tracked(id: string, events: string[], overrides: Partial<Component> = {}): Component {
  return {
    id,
    start: () => {
      events.push(`start ${id}`);
      return Promise.resolve();
    },
    shutdown: () => {
      events.push(`shutdown ${id}`);
      return Promise.resolve();
    },
    ...overrides,
  };
}

function hanging(id: string, events: string[]): Component {
  return tracked(id, events, {
    shutdown: (signal) => {
      signal.addEventListener("abort", () => events.push(`abandon ${id}`));
      return new Promise(() => undefined);
    },
  });
}

describe("startAll", () => {
  it("starts in order, each after the one before it is ready", async () => {
    const events: string[] = [];
    const slow = tracked("slow", events, {
      start: async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        events.push("start slow");
      },
    });

    const outcome = startAll([slow, tracked("b", events)], new SilentLogger());
    await vi.advanceTimersByTimeAsync(100);

    expect(await outcome).toEqual({ started: true });
    expect(events).toEqual(["start slow", "start b"]);
  });

  it("undoes what was started when one fails, the failed one included, and says why", async () => {
    const events: string[] = [];
    const logger = new SilentLogger();
    const failing = tracked("b", events, { start: () => Promise.reject(new Error("Free the port 4317")) });

    const outcome = await startAll([tracked("a", events), failing, tracked("c", events)], logger);

    expect(outcome).toEqual({ started: false, component: "b", message: "Free the port 4317" });
    expect(events).toEqual(["start a", "shutdown b", "shutdown a"]);
    expect(logger.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  it("treats a component that throws at once like one that rejects", async () => {
    const throwing = tracked("a", [], {
      start: () => {
        throw new Error("no");
      },
    });

    expect(await startAll([throwing], new SilentLogger())).toMatchObject({ started: false, message: "no" });
  });
});

describe("shutdownAll", () => {
  it("walks backwards, each after the one that feeds it is done", async () => {
    const events: string[] = [];
    const slow = tracked("intake", events, {
      shutdown: async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        events.push("shutdown intake");
      },
    });

    const outcome = shutdownAll([tracked("queue", events), slow], { deadlineMs: 1_000 }, new SilentLogger());
    await vi.advanceTimersByTimeAsync(50);

    expect(await outcome).toEqual({ unfinished: [], deadlinePassed: false });
    expect(events).toEqual(["shutdown intake", "shutdown queue"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("goes on past a component that fails", async () => {
    const events: string[] = [];
    const failing = tracked("b", events, { shutdown: () => Promise.reject(new Error("broken")) });

    const outcome = await shutdownAll([tracked("a", events), failing], { deadlineMs: 1_000 }, new SilentLogger());

    expect(outcome).toEqual({ unfinished: ["b"], deadlinePassed: false });
    expect(events).toEqual(["shutdown a"]);
  });

  it("tells everyone at the deadline, leaves what hangs, and still lets the others close", async () => {
    const events: string[] = [];
    const closesLate = tracked("store", events, {
      shutdown: async (signal) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        events.push(`shutdown store, aborted ${signal.aborted}`);
      },
    });
    const components = [closesLate, hanging("b", events), hanging("c", events)];

    const outcome = shutdownAll(components, { deadlineMs: 10_000, graceMs: 900 }, new SilentLogger());
    await vi.advanceTimersByTimeAsync(10_900);

    expect(await outcome).toEqual({ unfinished: ["c", "b"], deadlinePassed: true });
    expect(events).toEqual(["abandon c", "shutdown store, aborted true"]);
  });

  it("has its deadline at once when it is hurried, before or while it waits", async () => {
    for (const hurriedAfterMs of [0, 3_000]) {
      const hurry = new AbortController();
      setTimeout(() => hurry.abort(), hurriedAfterMs);
      await vi.advanceTimersByTimeAsync(hurriedAfterMs === 0 ? 1 : 0);

      const limits = { deadlineMs: 25_000, graceMs: 1_000, hurry: hurry.signal };
      const outcome = shutdownAll([hanging("a", []), hanging("b", [])], limits, new SilentLogger());
      await vi.advanceTimersByTimeAsync(hurriedAfterMs + 1_000);

      expect(await outcome).toEqual({ unfinished: ["b", "a"], deadlinePassed: true });
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it("ends by the deadline and the grace period when everything hangs", async () => {
    const events: string[] = [];
    const components = Array.from({ length: 20 }, (_, index) => hanging(`c${index}`, events));

    const outcome = shutdownAll(components, { deadlineMs: 5_000, graceMs: 1_000 }, new SilentLogger());
    await vi.advanceTimersByTimeAsync(6_000);

    expect((await outcome).unfinished).toHaveLength(20);
  });
});
