import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventStreams } from "../../../../src/admin/http/event-streams.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A response to nobody. */
function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

describe("EventStreams", () => {
  it("takes numbers once an interval for all listeners, and none without listeners", () => {
    const read = vi.fn(() => ({}));
    const streams = new EventStreams({ maxStreams: 3, streamIntervalMs: 1_000 }, read);
    const listeners = [response(), response(), response()];
    for (const listener of listeners) streams.open(listener, {});
    expect(read).toHaveBeenCalledTimes(3);

    vi.advanceTimersByTime(2_000);
    expect(read).toHaveBeenCalledTimes(5);

    for (const listener of listeners) listener.emit("close");
    vi.advanceTimersByTime(10_000);
    expect(read).toHaveBeenCalledTimes(5);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("starts its timer again for a listener that comes later", () => {
    const read = vi.fn(() => ({}));
    const streams = new EventStreams({ maxStreams: 3, streamIntervalMs: 1_000 }, read);
    const first = response();
    streams.open(first, {});
    first.emit("close");

    streams.open(response(), {});
    vi.advanceTimersByTime(1_000);

    expect(read).toHaveBeenCalledTimes(3);
  });

  it("has no room beyond its limit, nor once it was closed", () => {
    const streams = new EventStreams({ maxStreams: 1, streamIntervalMs: 1_000 }, () => ({}));
    streams.assertRoom();
    streams.open(response(), {});
    expect(() => streams.assertRoom()).toThrow("1 streams are open; close one");

    streams.close();

    expect(() => streams.assertRoom()).toThrow("The process is stopping");
    expect(vi.getTimerCount()).toBe(0);
  });
});
