import { describe, expect, it } from "vitest";
import { createHashKey } from "../../../../../src/core/math/keyed-hash.ts";
import { RUN_LINES } from "../../../../../src/core/math/weyl-sequence.ts";
import { createLogBatch } from "../../../../../src/core/otlp/index/log-batch.ts";
import { Randomness } from "../../../../../src/core/sampling/decide/randomness.ts";
import { SamplingRig, times } from "../../../../kit/sampling/sampling-rig.ts";

const key = createHashKey(new Uint8Array(16).fill(9));

function traceBytes(trace: number): Uint8Array {
  const bytes = new Uint8Array(17);
  new DataView(bytes.buffer).setUint32(1, trace);
  new DataView(bytes.buffer).setUint32(13, trace * 31);
  return bytes;
}

/** Counts of systematic draws, by row; shared by tests that do not read it. */
const NONE = new Uint32Array(16);

/** R of a record whose trace id is at the second byte. */
function randomOf(randomness: Randomness, bytes: Uint8Array, row: number, drawn: Uint32Array): number {
  const batch = createLogBatch(1);
  batch.bytes = bytes;
  batch.traceStart[0] = 1;
  const hashes = new Uint32Array(1);
  randomness.hashTraces(batch, 0, 1, hashes);
  return randomness.ofTrace(bytes, 1, hashes[0] ?? 0, row, drawn);
}

describe("R of a trace", () => {
  it("is one value for all lines of a trace, in every pattern and on every instance with the same seed", () => {
    const here = new Randomness(key, 1, false);
    const there = new Randomness(key, 2, false);
    const random = randomOf(here, traceBytes(5), 7, NONE);
    expect(randomOf(here, traceBytes(5), 8, NONE)).toBe(random);
    expect(randomOf(there, traceBytes(5), 7, NONE)).toBe(random);
    expect(randomOf(here, traceBytes(6), 7, NONE)).not.toBe(random);
  });

  it("differs by seed, so that no caller can choose it", () => {
    const other = new Randomness(createHashKey(new Uint8Array(16).fill(8)), 1, false);
    expect(randomOf(other, traceBytes(5), 7, NONE)).not.toBe(
      randomOf(new Randomness(key, 1, false), traceBytes(5), 7, NONE),
    );
  });

  it("is the low 56 bits of the trace id when trace ids are trusted", () => {
    const trusting = new Randomness(key, 1, true);
    const bytes = Uint8Array.from({ length: 17 }, (_, i) => i);
    // Bytes 9 to 15 of the id are its low 56 bits; R's top 32 bits are the first four of them.
    expect(randomOf(trusting, bytes, 7, NONE)).toBe(0x0a0b0c0d);
  });

  it("is replaced by the systematic draw after sixteen lines of a trace in a pattern's window", () => {
    const randomness = new Randomness(key, 1, false);
    randomness.beginWindow(1);
    const drawn = new Uint32Array(16);
    const values = Array.from({ length: 40 }, () => randomOf(randomness, traceBytes(5), 7, drawn));
    expect(new Set(values.slice(0, 16)).size).toBe(1);
    expect(new Set(values.slice(16)).size).toBe(24);
    expect(randomOf(randomness, traceBytes(5), 8, NONE)).toBe(values[0]);
    randomness.beginWindow(2);
    expect(randomOf(randomness, traceBytes(5), 7, NONE)).toBe(values[0]);
  });
});

describe("R of a line without a trace", () => {
  const RUN = RUN_LINES;
  const linesOf = (instance: number, row: number, lines: number, drawn = new Uint32Array(8)): number[] => {
    const randomness = new Randomness(key, instance, false);
    return Array.from({ length: lines }, () => randomness.systematic(row, drawn));
  };

  it("differs by pattern, line, run and instance", () => {
    const values = new Set<number>();
    for (const instance of [1, 2])
      for (const row of [0, 1, 2]) for (const r of linesOf(instance, row, 3000)) values.add(r);
    expect(values.size).toBeGreaterThan(2 * 3 * 3000 - 10);
  });

  it("is uniform over seeds at every line of a run", () => {
    for (const line of [0, 1, 7, RUN - 1, RUN]) {
      let sum = 0;
      let squares = 0;
      for (let row = 0; row < 2000; row++) {
        const drawn = new Uint32Array(2000).fill(line);
        const u = new Randomness(key, 1, false).systematic(row, drawn) / 2 ** 32;
        sum += u / 2000;
        squares += (u * u) / 2000;
      }
      expect(Math.abs(sum - 0.5)).toBeLessThan(0.03);
      expect(Math.abs(squares - 1 / 3)).toBeLessThan(0.03);
    }
  });

  it("keeps the share p of any stretch of a run within two lines, and of every second line within three", () => {
    const values = linesOf(1, 3, RUN);
    for (const p of [0.5, 0.1, 0.03]) {
      for (const [from, to] of [
        [0, 100],
        [100, 133],
        [17, 250],
      ] as const) {
        for (const step of [1, 2]) {
          const stretch = values.slice(from, to).filter((_, i) => i % step === 0);
          const kept = stretch.filter((r) => r >= (1 - p) * 2 ** 32).length;
          expect(Math.abs(kept - p * stretch.length), `p ${p}, ${from} to ${to}, step ${step}`).toBeLessThan(
            step === 1 ? 2 : 3,
          );
        }
      }
    }
  });

  it("has another start and step in every run, so that periodic traffic meets no fixed pattern", () => {
    const values = linesOf(1, 3, 40 * RUN);
    const starts = Array.from({ length: 40 }, (_, run) => (values[run * RUN] ?? 0) / 2 ** 32);
    expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(0.8);
    expect(new Set(starts).size).toBe(40);
  });
});

describe("kept lines", () => {
  it("of a trace are kept or dropped together when their probabilities are alike", () => {
    const rig = new SamplingRig({ keepRatio: 0.3 });
    rig.run(
      120,
      () => times(100, { pattern: 1 }),
      () => undefined,
    );
    rig.wait(10_000);
    const traces = Array.from({ length: 400 }, (_, i) => Math.floor(i / 8) + 1);
    const { decisions } = rig.send(traces.map((trace) => ({ pattern: 1, trace })));
    let together = 0;
    for (let trace = 1; trace <= 50; trace++) {
      const probabilities = new Set<number>();
      const kept = new Set<number>();
      for (let i = 0; i < 400; i++) {
        if (traces[i] !== trace || decisions.probability[i] === 1) continue;
        probabilities.add(decisions.probability[i] ?? 0);
        kept.add(decisions.keep[i] ?? 0);
      }
      if (probabilities.size === 1) {
        expect(kept.size).toBe(1);
        together++;
      }
    }
    expect(together).toBeGreaterThan(5);
  });

  it("of one loop inside a single trace are a sample of it", () => {
    const shares = [1, 2, 3, 4, 5, 6].map((seed) => {
      const rig = new SamplingRig({ keepRatio: 0.2, seed });
      rig.run(
        60,
        () => times(50, { pattern: 1 }),
        () => undefined,
      );
      let kept = 0;
      rig.run(
        60,
        () => times(200, { pattern: 1, trace: 99 }),
        ({ decisions }) => {
          for (let i = 0; i < 200; i++) kept += decisions.keep[i] ?? 0;
        },
      );
      return kept / 12_000;
    });
    expect(Math.min(...shares)).toBeGreaterThan(0.02);
    expect(Math.max(...shares)).toBeLessThan(0.6);
  });

  it("carry the R of 56 bits that decided them unless it follows from the trace id", () => {
    const records = [
      ...times(300, { pattern: 1 }),
      ...Array.from({ length: 300 }, (_, i) => ({ pattern: 1, trace: i + 1 })),
    ];
    for (const trustTraceIds of [false, true]) {
      const rig = new SamplingRig({ keepRatio: 0.3, trustTraceIds });
      rig.run(
        30,
        () => times(100, { pattern: 1 }),
        () => undefined,
      );
      const { batch, decisions } = rig.send(records);
      for (let i = 0; i < 600; i++) {
        const text = rig.sampler.randomnessText(batch, decisions, i);
        const isDrawn = (decisions.probability[i] ?? 0) < 1;
        if (!isDrawn || (trustTraceIds && i >= 300)) expect(text).toBe("");
        else {
          expect(text).toMatch(/^[0-9a-f]{14}$/);
          // Keep iff R >= T, p = 1 - T / 2^56.
          const isKept = Number.parseInt(text.slice(0, 5), 16) / 2 ** 20 >= 1 - (decisions.probability[i] ?? 0);
          expect(isKept).toBe(decisions.keep[i] === 1);
        }
      }
    }
  });

  it("beyond the sixteenth of a trusted trace id carry their R", () => {
    const rig = new SamplingRig({ keepRatio: 0.3, trustTraceIds: true });
    rig.run(
      30,
      () => times(100, { pattern: 1 }),
      () => undefined,
    );
    rig.wait(10_000);
    const { batch, decisions } = rig.send(times(60, { pattern: 1, trace: 7 }));
    const texts = Array.from({ length: 60 }, (_, i) => rig.sampler.randomnessText(batch, decisions, i));
    expect(texts.slice(2, 16)).toEqual(new Array(14).fill(""));
    expect(texts.slice(20).every((text) => /^[0-9a-f]{14}$/.test(text))).toBe(true);
  });
});
