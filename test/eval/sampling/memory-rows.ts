/**
 * Memory of the engine under a million signatures in ten minutes, each said once. Runs in a process of its own whose
 * garbage collector can be called (--expose-gc); what the process holds before the engine is made is taken off.
 */
import { ByteWriter } from "../../../src/core/otlp/wire/byte-writer.ts";
import { SeededRandom } from "../../../tools/loadgen/world/seeded-random.ts";
import { engineWith, LiveDrive } from "./live-drive.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";
import { LineTemplate } from "./world/line-template.ts";
import { sentence } from "./world/sentences.ts";
import { resourceOf, SERVICES, World } from "./world/world.ts";

const MINUTES = 10;
const BUDGET = 60_000;
const MIB = 2 ** 20;
/** What a flat curve may still rise by in its second half. */
const FLAT_MIB = 4;

export async function memoryRows(seed: number, signatures: number): Promise<ScoreboardRow[]> {
  const flood = new Flood(seed);
  flood.request(0, 50, 0);
  const before = heldBytes();
  const drive = new LiveDrive(await engineWith([`sampling.budget.bytes_per_second=${BUDGET}`], seed), () => {});
  const perRequest = Math.round(signatures / (MINUTES * 60 * SERVICES));
  const held: number[] = [];
  for (let second = 0; second < MINUTES * 60; second++) {
    for (let service = 0; service < SERVICES; service++) {
      const timeMs = World.timeMs(second) + service;
      const out = flood.request(service, perRequest, timeMs);
      drive.feed(out.bytes, out.length, timeMs);
    }
    if ((second + 1) % 60 === 0) held.push((heldBytes() - before) / MIB);
  }
  const told = signatures.toLocaleString("en");
  const note = `after each minute: ${held.map((mib) => mib.toFixed(0)).join(", ")} MiB; context ring and pattern table included`;
  const rise = held.at(-1)! - held[MINUTES / 2 - 1]!;
  return [
    judged(
      { measure: `memory after ${told} signatures in 10 minutes`, value: Math.max(...held), unit: "MiB", note },
      "<=",
      64,
    ),
    judged({ measure: `increase of that in the last 5 minutes`, value: rise, unit: "MiB" }, "<=", FLAT_MIB),
  ];
}

/** Requests whose lines are all of signatures never seen before; remembers nothing. */
class Flood {
  readonly #random: SeededRandom;
  readonly #out = new ByteWriter(256 * 1024);
  readonly #trace = new Uint32Array(4);

  constructor(seed: number) {
    this.#random = new SeededRandom(seed, "flood");
  }

  request(service: number, lines: number, timeMs: number): ByteWriter {
    const out = this.#out;
    out.reset();
    out.byte(0x0a);
    const resource = out.open(3);
    const envelope = resourceOf(service);
    out.raw(envelope, 0, envelope.length);
    out.byte(0x12);
    const scope = out.open(3);
    for (let i = 0; i < lines; i++) {
      const template = new LineTemplate({ text: sentence(this.#random), severity: 9, hasTrace: false });
      template.write(out, timeMs, this.#trace, i);
    }
    out.close(scope, 3);
    out.close(resource, 3);
    return out;
  }
}

function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error("Start with --expose-gc: memory is measured after a collection");
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
