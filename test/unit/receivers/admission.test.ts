import { describe, expect, it } from "vitest";
import type { AdmissionRefusal, AdmissionTicket } from "../../../src/model/consumer.ts";
import type { AdmissionSettings } from "../../../src/receivers/admission.ts";
import { ADMISSION_DEFAULTS, InFlightAdmission } from "../../../src/receivers/admission.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const MIB = 1024 * 1024;

function build(settings: Partial<AdmissionSettings> = {}) {
  const readings = { fill: 0, pressure: 0, free: Number.POSITIVE_INFINITY };
  const admission = new InFlightAdmission(
    { ...ADMISSION_DEFAULTS, maxInFlightBytes: 1000, maxRequestBytes: 400, ...settings },
    {
      queueFill: () => readings.fill,
      memoryPressure: () => readings.pressure,
      hasMemoryFor: (bytes) => bytes <= readings.free,
    },
    new VirtualEnvironment(),
  );
  return { admission, readings };
}

/** Would so much be taken now? */
function fits(admission: InFlightAdmission, bytes: number): boolean {
  const given = admission.admit(bytes);
  if (given.admitted) given.release();
  return given.admitted;
}

/** What fits beside a request of one byte: a lone request would pass the bound. */
function expectFree(admission: InFlightAdmission, bytes: number): void {
  const other = ticket(admission.admit(1));
  expect([fits(admission, bytes - 1), fits(admission, bytes)]).toEqual([true, false]);
  other.release();
}

function ticket(given: AdmissionTicket | AdmissionRefusal): AdmissionTicket {
  if (!given.admitted) throw new Error(`refused: ${given.cause}`);
  return given;
}

describe("InFlightAdmission", () => {
  it("reserves until released, and releases once", () => {
    const { admission } = build({ maxInFlightRequests: 5 });
    const [first, second, third] = [300, 300, 0].map((bytes) => ticket(admission.admit(bytes)));
    expectFree(admission, 400);

    first?.release();
    first?.release();
    expectFree(admission, 700);
    const others = [1, 2, 3].map(() => ticket(admission.admit(0)));
    expect(admission.admit(0)).toMatchObject({ admitted: false, cause: "concurrency" });
    for (const held of [second, third, ...others]) held?.release();
    expectFree(admission, 1000);
  });

  it("refuses with cause memory what does not fit beside the others, and takes it once they are gone", () => {
    const { admission } = build();
    const held = ticket(admission.admit(700));

    expect(admission.admit(301)).toMatchObject({ admitted: false, cause: "memory" });
    expect(admission.admit(300)).toMatchObject({ admitted: true });
    held.release();
    expect(admission.admit(400)).toMatchObject({ admitted: true });
  });

  it("measures large requests, with their copies, by the memory that is free", () => {
    const { admission, readings } = build({ maxInFlightBytes: 8 * MIB, maxRequestBytes: 4 * MIB });
    readings.free = 4 * MIB;
    expect(admission.admit(2 * MIB + 1)).toMatchObject({ admitted: false, cause: "memory" });

    const lone = ticket(admission.admit(1 * MIB));
    expect(admission.admit(1 * MIB + 1)).toMatchObject({ admitted: false, cause: "memory" });
    expect(admission.admit(1000)).toMatchObject({ admitted: true });
    lone.release();
  });

  it("grows a reservation while there is room, and keeps it where it was when there is none", () => {
    const { admission } = build();
    const growing = ticket(admission.admit(100));
    const other = ticket(admission.admit(400));

    expect(growing.grow(600)).toBe(true);
    expect(fits(admission, 1)).toBe(false);
    expect(growing.grow(601)).toBe(false);
    expect(growing.grow(50)).toBe(true);
    expect(fits(admission, 1)).toBe(false);
    other.release();
    expectFree(admission, 400);
    growing.release();
    expectFree(admission, 1000);
  });

  it("does not grow what was released", () => {
    const { admission } = build();
    const late = ticket(admission.admit(1));
    late.release();

    expect(late.grow(2)).toBe(false);
    expectFree(admission, 1000);
  });

  it("lets a lone request pass the bound: compressed and inflated bytes together may exceed it", () => {
    const { admission } = build();
    const lone = ticket(admission.admit(400));

    expect(lone.grow(1400)).toBe(true);
    expect(admission.admit(1)).toMatchObject({ admitted: false, cause: "memory" });
    lone.release();
    expectFree(admission, 1000);
  });

  it("never promises a request larger than the bytes in flight", () => {
    expect(build({ maxRequestBytes: 5000 }).admission.maxRequestBytes).toBe(1000);
    expect(build().admission.maxRequestBytes).toBe(400);
  });

  it("refuses by cause: too many requests, a full queue, memory pressure above 0.8, draining", () => {
    const { admission, readings } = build({ maxInFlightRequests: 1 });
    ticket(admission.admit(1));
    expect(admission.admit(1)).toMatchObject({ cause: "concurrency" });

    const full = build();
    full.readings.fill = 1;
    expect(full.admission.admit(1)).toMatchObject({ cause: "queue_full" });
    full.readings.fill = 0.999;
    expect(full.admission.admit(1)).toMatchObject({ admitted: true });

    readings.pressure = 0.8;
    const pressed = build();
    pressed.readings.pressure = 0.8;
    expect(pressed.admission.admit(1)).toMatchObject({ admitted: true });
    pressed.readings.pressure = 0.81;
    expect(pressed.admission.admit(1)).toMatchObject({ cause: "memory" });

    const draining = build();
    const held = ticket(draining.admission.admit(1));
    draining.admission.startDraining();
    expect(draining.admission.admit(1)).toMatchObject({ cause: "draining" });
    expect(held.grow(500)).toBe(true);
  });

  it("asks for the delay of the cause, plus up to half of it", () => {
    const { admission } = build();
    for (const cause of ["memory", "queue_full", "draining", "concurrency"] as const) {
      const base = ADMISSION_DEFAULTS.retryAfterMs[cause];
      const delays = Array.from({ length: 50 }, () => admission.refusal(cause).retryAfterMs);
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(base);
      expect(Math.max(...delays)).toBeLessThanOrEqual(base * 1.5);
      expect(new Set(delays).size).toBeGreaterThan(10);
    }
  });
});
