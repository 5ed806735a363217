/**
 * The signature stage, look-up included, on lines that never repeat. Lines have 70 to 120 bytes and are made from
 * statements of different kinds with fresh values, so that the table is warm and every line is new. A bare copying loop
 * over the same bytes is timed beside it: what this machine can do at all.
 */
import { BodyTemplate } from "../../src/core/signature/mask/body-template.ts";
import { BYTE_CLASS, CLASS_DELIMITER } from "../../src/core/signature/mask/byte-classes.ts";
import { SignatureStage } from "../../src/core/signature/signature-stage.ts";
import type { LogBatch } from "../../src/model/log-batch.ts";
import { textBatch } from "../kit/otlp/text-batch.ts";
import type { Measurement } from "./measure.ts";
import { measure } from "./measure.ts";

const LINES = 50_000;
const SLICE = 2048;
/** Examined prefix of a line. */
const MAX_BYTES = 2048;

function makeLines(): string[] {
  let state = 12345;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const ip = (): string => `10.${next(256)}.${next(256)}.${next(256)}`;
  const hex = (digits: number): string => Array.from({ length: digits }, () => next(16).toString(16)).join("");
  const statements: (() => string)[] = [
    () => `Accepted connection from ${ip()}:${next(65536)} on listener default, session ${hex(16)} opened`,
    () =>
      `request completed method=GET path=/api/v2/users/${next(1e6)} status=200 duration=${next(5000)}ms bytes=${next(1e6)}`,
    () =>
      `Failed to renew lease for client ${hex(8)} after ${next(60)} seconds, will retry shortly (attempt ${next(9)})`,
    () =>
      `Cache refresh for tenant ${next(9999)} finished: ${next(9999)} entries loaded, ${next(99)} evicted, took ${next(900)} ms`,
    () => `Processing order ${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)} for customer ${next(1e7)} in state PAID`,
    () => `Partition rdd_${next(99)}_${next(99)} not found, computing it on executor ${next(64)} (stage ${next(99)}.0)`,
    () =>
      `Scheduled snapshot of volume data-primary is complete, removing temporary files older than ${next(48)} hours`,
    () =>
      `Slow query detected on replica ${next(9)}: select took ${next(9000)} ms and returned ${next(1e5)} rows to ${ip()}`,
  ];
  return Array.from({ length: LINES }, (_, i) => statements[i % statements.length]!());
}

export function signatureBench(seconds: number): readonly Measurement[] {
  const batch = textBatch(makeLines().map((text) => ({ text, service: "bench" })));
  const template = new BodyTemplate(MAX_BYTES);
  const stage = new SignatureStage({
    maxPatterns: 50_000,
    maxBytes: MAX_BYTES,
    maxServices: 10,
    hashKey: new Uint8Array(16).fill(7),
  });
  const step = (name: string, run: (from: number, to: number) => void): Measurement => {
    const slices = Math.floor(LINES / SLICE);
    const over = (turn: number): void => run((turn % slices) * SLICE, ((turn % slices) + 1) * SLICE);
    return measure(
      { name, unit: "lines", items: SLICE, bytes: (batch.length / LINES) * SLICE, run: over },
      seconds / 3,
    );
  };
  return [
    step("copy and classify, for comparison", copying(batch)),
    step("scan", (from, to) => {
      for (let line = from; line < to; line++) {
        template.ofText(batch.bytes, batch.bodyStart[line] ?? 0, batch.bodyEnd[line] ?? 0);
      }
    }),
    step("sign: scan and look up", (from, to) => stage.assign(batch, from, to)),
  ];
}

/** One pass over the bytes of each line that copies them and folds their classes. */
function copying({ bytes, bodyStart, bodyEnd }: LogBatch): (from: number, to: number) => void {
  const out = new Uint8Array(4096);
  return (from, to) => {
    for (let line = from; line < to; line++) {
      let seen = 0;
      let o = 0;
      for (let i = bodyStart[line]!; i < bodyEnd[line]!; i++) {
        const byte = bytes[i]!;
        const byteClass = BYTE_CLASS[byte]!;
        if (byteClass >= CLASS_DELIMITER) seen = 0;
        seen |= byteClass;
        out[o++] = byte;
      }
      out[0] = seen;
    }
  };
}
