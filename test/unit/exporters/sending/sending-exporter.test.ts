import { describe, expect, it } from "vitest";
import type { Destination } from "../../../../src/exporters/sending/destination.ts";
import { SendingExporter } from "../../../../src/exporters/sending/sending-exporter.ts";
import { ACCEPTED, retryLater, SendingRig, UNAUTHORIZED, UNAVAILABLE } from "../../../kit/sending-rig.ts";

const NEVER = new AbortController().signal;

function exporterOver(
  rig: SendingRig,
  open = (): Promise<void> => Promise.resolve(),
): { exporter: SendingExporter; calls: string[] } {
  const calls: string[] = [];
  const note = (call: string): void => void calls.push(call);
  const destination: Destination = {
    open: () => open().finally(() => note("open")),
    send: () => Promise.resolve(ACCEPTED),
    close: () => Promise.resolve(note("close")),
  };
  const exporter = new SendingExporter({
    id: "rig",
    sendLoop: rig.sendLoop,
    destination,
    beforeStart: () => note("beforeStart"),
    afterStop: () => note("afterStop"),
  });
  return { exporter, calls };
}

describe("SendingExporter", () => {
  it("starts from the checks inwards and stops from the send loop outwards", async () => {
    const rig = new SendingRig();
    const { exporter, calls } = exporterOver(rig);
    rig.put(1);
    await exporter.start();
    await exporter.shutdown(NEVER);

    expect(calls).toEqual(["beforeStart", "open", "afterStop", "close"]);
    expect(rig.delivered).toEqual([1]);
  });

  it("sends nothing when its destination does not open", async () => {
    const rig = new SendingRig();
    const { exporter } = exporterOver(rig, () => Promise.reject(new Error("cannot open: make it openable")));
    rig.put(1);

    await expect(exporter.start()).rejects.toThrow(/make it openable/);
    await rig.timers.advance(5000);
    expect(rig.attempts).toEqual([]);
  });

  it("is ok, degraded or failing as a person would see it", async () => {
    const rig = new SendingRig();
    const { exporter } = exporterOver(rig);
    await exporter.start();
    const healthAfter = async (milliseconds: number): Promise<unknown> => {
      rig.put(1);
      await rig.timers.advance(milliseconds);
      return exporter.health();
    };
    expect(await healthAfter(2000)).toEqual({ state: "ok" });
    rig.answer = () => UNAVAILABLE;
    expect(await healthAfter(5000)).toEqual({ state: "degraded", message: "answered 503" });
    rig.answer = () => retryLater("429", 60_000);
    expect(await healthAfter(60_000)).toEqual({ state: "degraded", message: "answered 429 and asked to wait" });
    rig.answer = () => UNAUTHORIZED;
    expect(await healthAfter(120_000)).toEqual({ state: "failing", message: "check the key" });
    rig.answer = () => ACCEPTED;

    expect(await healthAfter(600_000)).toEqual({ state: "ok" });
  });
});
