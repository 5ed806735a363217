import { describe, expect, it } from "vitest";
import { IndexPass } from "../../../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../../../src/core/otlp/index/log-batch.ts";
import { MAX_VALUE_DEPTH } from "../../../../../src/core/otlp/wire/damage.ts";
import { REJECT_REASONS } from "../../../../../src/model/decision.ts";
import type { LogBatch } from "../../../../../src/model/log-batch.ts";
import { indexRequest } from "../../../../kit/otlp/index-request.ts";
import { ExportLogsServiceRequest } from "../../../../kit/otlp/otlp-schema.ts";
import {
  bytesField,
  fixed64Field,
  nestedValue,
  requestOf,
  tag,
  varint,
  varintField,
} from "../../../../kit/otlp/wire-builder.ts";

function index(bytes: Uint8Array, batch: LogBatch = createLogBatch(4)): LogBatch {
  indexRequest(new IndexPass(), batch, bytes, bytes.length);
  return batch;
}

const good = bytesField(5, bytesField(1, "a good record"));

describe("damage inside one record", () => {
  const damages: Readonly<Record<string, readonly number[]>> = {
    "a string that runs past the end": [0x1a, 5, 0x41],
    "a string whose length has no end": [0x1a, 0x80],
    "field number 0": [0x02, 0],
    "a field number above 2^29 - 1": varint((2n ** 32n) << 3n),
    "a group": [...tag(20, 3), ...tag(20, 4)],
    "wire type 6": tag(20, 6),
    "wire type 7": tag(20, 7),
    "a varint of 11 bytes": [...tag(7, 0), ...new Array<number>(10).fill(0x80), 0x01],
    "a varint of 65 bits": [...tag(7, 0), ...new Array<number>(9).fill(0xff), 0x02],
    "a time that is a varint": varintField(1, 5),
    "a severity that is a string": bytesField(2, "9"),
    "a body that is a varint": varintField(5, 1),
    "an attribute that is a fixed64": fixed64Field(6, 1n),
    "a truncated time": [0x09, 1, 2, 3],
    "a truncated flags field": [0x45, 1],
    "a truncated severity": [0x10],
    "a truncated observed time": [0x59, 1, 2, 3, 4, 5, 6, 7],
    "a truncated trace id": [0x4a, 16, ...new Array<number>(15).fill(1)],
    "a truncated span id": [0x52, 8, 1, 2, 3, 4, 5, 6, 7],
    "a body whose last byte is the neighbour's": [0x2a, 4, 0x0a, 2, 0x41],
    "an attribute whose last byte is the neighbour's": [0x32, 8, 0x0a, 1, 0x6b, 0x12, 3, 0x0a, 1],
    "a long text whose length is 128 too small": bytesField(5, [
      0x0a,
      0xa9,
      0x01,
      ...new Array<number>(297).fill(0x61),
    ]),
    "a body with a truncated string": bytesField(5, [0x0a, 9, 0x41]),
    "a body with a wrong wire type": bytesField(5, varintField(1, 1)),
    "an attribute with a truncated key": bytesField(6, [0x0a, 9, 0x41]),
    "an attribute with a damaged value": bytesField(6, bytesField(1, "k"), bytesField(2, [0x21, 0])),
    "damage deep inside a value": bytesField(5, bytesField(6, bytesField(1, bytesField(2, [0x0a, 2, 0x41])))),
  };

  for (const [name, damage] of Object.entries(damages)) {
    it(`rejects the record with ${name} and keeps its neighbours`, () => {
      const batch = index(requestOf(good, damage, [...good, ...damage], good));
      expect(batch.recordCount).toBe(2);
      expect(batch.rejected[REJECT_REASONS.indexOf("malformed")]).toBe(2);
      expect(batch.rejectedMessage).toMatch(/^Cannot read log record 1 of the request: [a-z].*[^.]$/);
    });
  }

  it("is found where protobufjs sees none", () => {
    const truncated = requestOf([0x1a, 5, 0x41, 0x42]);
    const zero = requestOf([0x00, 0x01]);
    expect(() => ExportLogsServiceRequest.decode(zero)).not.toThrow();
    for (const request of [truncated, zero]) expect(index(request).recordCount).toBe(0);
  });

  it("is described without a word of the sender", () => {
    const batch = index(requestOf([...bytesField(5, bytesField(1, "secret")), 0x1a, 99, ...Buffer.from("secret")]));
    expect(batch.rejectedMessage).not.toContain("secret");
  });
});

describe("nesting", () => {
  it(`is taken up to ${MAX_VALUE_DEPTH} levels and rejected beyond, in bodies and attributes`, () => {
    for (const kind of ["array", "kvlist"] as const) {
      const within = nestedValue(MAX_VALUE_DEPTH, kind);
      const beyond = nestedValue(MAX_VALUE_DEPTH + 1, kind);
      const records = [within, beyond].flatMap((value) => [
        bytesField(5, value),
        bytesField(6, bytesField(1, "k"), bytesField(2, value)),
      ]);
      const batch = index(requestOf(...records));
      expect(batch.recordCount).toBe(2);
      expect(batch.rejected[REJECT_REASONS.indexOf("too_deep")]).toBe(2);
      expect(batch.rejectedMessage).toContain(`${MAX_VALUE_DEPTH}`);
    }
  });

  it("that is taken is within what protobufjs and prost decode", () => {
    const request = requestOf(bytesField(6, bytesField(1, "k"), bytesField(2, nestedValue(MAX_VALUE_DEPTH, "kvlist"))));
    expect(() => ExportLogsServiceRequest.decode(request)).not.toThrow();
  });

  it("of 100,000 levels costs neither the stack nor the neighbours", () => {
    // Built from the inside by prefixing, because every level's length depends on the next.
    const levels = 100_000;
    const prefixes: number[][] = [];
    let size = 0;
    for (let level = 0; level < levels; level++) {
      const inner = [0x0a, ...varint(size)];
      const outer = [0x2a, ...varint(size + inner.length)];
      prefixes.push([...outer, ...inner]);
      size += inner.length + outer.length;
    }
    const batch = index(requestOf(good, Uint8Array.from([0x2a, ...varint(size), ...prefixes.reverse().flat()]), good));
    expect(batch.recordCount).toBe(2);
    expect(batch.rejected[REJECT_REASONS.indexOf("too_deep")]).toBe(1);
  });
});
