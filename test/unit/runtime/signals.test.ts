import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { installSignalHandlers } from "../../../src/runtime/signals.ts";

function install(): { source: EventEmitter; calls: string[]; uninstall: () => void } {
  const source = new EventEmitter();
  const calls: string[] = [];
  const handlers = {
    drain: (signal: string) => void calls.push(`drain ${signal}`),
    abort: (signal: string) => void calls.push(`abort ${signal}`),
    reload: () => void calls.push("reload"),
  };
  return { source, calls, uninstall: installSignalHandlers(handlers, source) };
}

describe("installSignalHandlers", () => {
  it("drains at the first stop, aborts at the second, ignores the rest", () => {
    const { source, calls } = install();

    for (const signal of ["SIGTERM", "SIGINT", "SIGTERM", "SIGTERM"]) source.emit(signal, signal);

    expect(calls).toEqual(["drain SIGTERM", "abort SIGINT"]);
  });

  it("reloads at every hang-up until draining begins", () => {
    const { source, calls } = install();

    for (const signal of ["SIGHUP", "SIGHUP", "SIGINT", "SIGHUP"]) source.emit(signal, signal);

    expect(calls).toEqual(["reload", "reload", "drain SIGINT"]);
  });

  it("takes its handlers away again", () => {
    const { source, uninstall } = install();

    uninstall();

    expect(source.eventNames()).toEqual([]);
  });
});
