import { describe, expect, it } from "vitest";
import { MAX_VALUE_DEPTH } from "../../../../src/core/otlp/damage.ts";
import { DecodeError } from "../../../../src/core/otlp/decode-error.ts";
import {
  IndexPass,
  indexRequest,
  MAX_REQUEST_RECORDS,
  MAX_REQUEST_ROWS,
} from "../../../../src/core/otlp/index-pass.ts";
import {
  createLogBatch,
  logBatchCapacity,
  RETAINED_RECORDS,
  RETAINED_ROWS,
  resetLogBatch,
} from "../../../../src/core/otlp/log-batch.ts";
import { REJECT_REASONS } from "../../../../src/model/decision.ts";
import type { LogBatch } from "../../../../src/model/log-batch.ts";
import { BODY_KVLIST, BODY_NONE, BODY_STRING, MARK_STRINDEX } from "../../../../src/model/log-batch.ts";
import { ExportLogsServiceRequest } from "../../../kit/otlp-schema.ts";
import { buildRequest } from "../../../kit/record-builder.ts";
import { attribute, bytesField, fixed64Field, requestOf, tag, varint, varintField } from "../../../kit/wire-builder.ts";

function index(bytes: Uint8Array, batch: LogBatch = createLogBatch(4)): LogBatch {
  indexRequest(new IndexPass(), batch, bytes, bytes.length);
  return batch;
}

const good = bytesField(5, bytesField(1, "a good record"));

/** An AnyValue content nested `levels` deep. */
function nested(levels: number, kind: "array" | "kvlist"): number[] {
  let value = bytesField(1, "x");
  for (let level = 1; level < levels; level++) {
    value = kind === "array" ? bytesField(5, bytesField(1, value)) : bytesField(6, bytesField(1, bytesField(2, value)));
  }
  return value;
}

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
      const within = nested(MAX_VALUE_DEPTH, kind);
      const beyond = nested(MAX_VALUE_DEPTH + 1, kind);
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
    const request = requestOf(bytesField(6, bytesField(1, "k"), bytesField(2, nested(MAX_VALUE_DEPTH, "kvlist"))));
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

describe("damage of the framing", () => {
  const refused: Readonly<Record<string, readonly number[]>> = {
    "a record that runs past its ScopeLogs": bytesField(1, bytesField(2, [0x12, 9, 0x41])),
    "a long record that runs past its ScopeLogs": bytesField(1, bytesField(2, [0x12, 0x80, 0x01, 0x41])),
    "a ScopeLogs that runs past its ResourceLogs": bytesField(1, [0x12, 9, 0x41]),
    "a ResourceLogs that runs past the request": [0x0a, 9, 0x41],
    "a truncated tag": [0x80],
    "field number 0": [0x00, 0x00],
    "a group": [...tag(9, 3), ...tag(9, 4)],
    "records that are a varint": bytesField(1, bytesField(2, varintField(2, 1))),
    "a resource_logs that is a varint": varintField(1, 1),
    "a damaged Resource": bytesField(1, bytesField(1, [0x0a, 9])),
    "a damaged Scope": bytesField(1, bytesField(2, bytesField(1, varintField(1, 1)))),
    "a Resource nested too deep": bytesField(
      1,
      bytesField(1, bytesField(1, bytesField(1, "k"), bytesField(2, nested(33, "array")))),
    ),
    "a damaged entity reference": bytesField(1, bytesField(1, bytesField(3, varintField(1, 1)))),
  };

  for (const [name, bytes] of Object.entries(refused)) {
    it(`refuses the request with ${name}`, () => {
      expect(() => index(Uint8Array.from([...requestOf(good), ...bytes]))).toThrow(DecodeError);
    });
  }

  it("leaves the pass ready for the next request", () => {
    const pass = new IndexPass();
    const batch = createLogBatch(1);
    const broken = Uint8Array.from([...requestOf(good, good), 0x0a, 9]);
    expect(() => indexRequest(pass, batch, broken, broken.length)).toThrow(DecodeError);
    const request = requestOf(good);
    indexRequest(pass, batch, request, request.length);
    expect([batch.recordCount, batch.resourceCount, batch.scopeCount]).toEqual([1, 1, 1]);
  });
});

describe("bounds", () => {
  const records = (count: number): Uint8Array =>
    Uint8Array.from(
      bytesField(
        1,
        bytesField(
          2,
          new Uint8Array(count * 2).map((_, i) => (i % 2 === 0 ? 0x12 : 0)),
        ),
      ),
    );

  it(`takes ${MAX_REQUEST_RECORDS} records and refuses one more`, () => {
    const batch = index(records(MAX_REQUEST_RECORDS));
    expect(batch.recordCount).toBe(MAX_REQUEST_RECORDS);
    expect(() => index(records(MAX_REQUEST_RECORDS + 1))).toThrow(/more than 1048576 log records/);
    resetLogBatch(batch);
    expect(logBatchCapacity(batch)).toBe(RETAINED_RECORDS);
  });

  it(`takes ${MAX_REQUEST_ROWS} ResourceLogs or ScopeLogs and refuses one more`, () => {
    const resources = (count: number): Uint8Array => new Uint8Array(count * 2).map((_, i) => (i % 2 === 0 ? 0x0a : 0));
    const scopes = (count: number): Uint8Array =>
      Uint8Array.from(
        bytesField(
          1,
          new Uint8Array(count * 2).map((_, i) => (i % 2 === 0 ? 0x12 : 0)),
        ),
      );
    const batch = index(resources(MAX_REQUEST_ROWS));
    expect(batch.resourceCount).toBe(MAX_REQUEST_ROWS);
    expect(() => index(resources(MAX_REQUEST_ROWS + 1))).toThrow(/more than 262144 ResourceLogs/);
    index(scopes(MAX_REQUEST_ROWS), batch);
    expect(batch.scopeCount).toBe(MAX_REQUEST_ROWS);
    expect(() => index(scopes(MAX_REQUEST_ROWS + 1))).toThrow(/more than 262144 ScopeLogs/);
    resetLogBatch(batch);
    expect([batch.resources.length, batch.scopes.length]).toEqual([RETAINED_ROWS, RETAINED_ROWS]);
  });

  it("walks no more records a step than it was asked to", () => {
    const request = records(10);
    const pass = new IndexPass();
    const batch = createLogBatch(1);
    pass.begin(batch, request, request.length);
    const counts: number[] = [];
    while (!pass.step(3)) counts.push(batch.recordCount);
    expect(counts).toEqual([1, 4, 7, 10]);
    expect(batch.recordCount).toBe(10);
  });
});

describe("columns", () => {
  it("reuse the rows of an earlier request", () => {
    const request = buildRequest([
      { resource: { "service.name": "a" }, scope: { name: "s" }, records: [{ body: "x" }] },
    ]);
    const batch = index(request);
    const before = [batch.resources[0], batch.scopes[0], batch.recordStart];
    index(request, batch);
    expect([batch.resources[0] === before[0], batch.scopes[0] === before[1], batch.recordStart === before[2]]).toEqual([
      true,
      true,
      true,
    ]);
    expect(batch.resources).toHaveLength(1);
  });

  it("read a request that is the beginning of a larger buffer", () => {
    const request = requestOf(good);
    const buffer = new Uint8Array(request.length + 50).fill(0xff);
    buffer.set(request);
    const batch = createLogBatch(1);
    indexRequest(new IndexPass(), batch, buffer, request.length);
    expect([batch.recordCount, batch.length]).toEqual([1, request.length]);
  });

  it("take the service from a Resource behind its records, and from the last of several", () => {
    const resource = (name: string): number[] => bytesField(1, attribute(1, "service.name", name));
    const scope = bytesField(2, bytesField(2, good));
    const services = [
      [...scope, ...resource("late")],
      [...resource("first"), ...scope, ...resource("second")],
      [...resource("kept"), ...bytesField(1, attribute(1, "other", "x")), ...scope],
      [...bytesField(1, bytesField(1, bytesField(1, "service.name"), bytesField(2, varintField(3, 5))))],
      [...bytesField(1, bytesField(1, bytesField(1, "service.name"), bytesField(2, bytesField(1, [0x61, 0xff]))))],
    ];
    const batch = index(Uint8Array.from(services.flatMap((content) => bytesField(1, content))));
    expect(batch.resources.map((row) => row.service)).toEqual(["late", "second", "kept", "", "a\ufffd"]);
    expect(batch.recordCount).toBe(3);
  });

  it("merge repeated bodies: the last member wins, an empty message changes nothing", () => {
    const text = bytesField(5, bytesField(1, "text"));
    const list = bytesField(5, bytesField(6, []));
    const batch = index(
      requestOf([...text, ...bytesField(5, [])], [...text, ...list], [...list, ...text], bytesField(5, [])),
    );
    expect([...batch.bodyKind.subarray(0, 4)]).toEqual([BODY_STRING, BODY_KVLIST, BODY_STRING, BODY_NONE]);
    expect(Buffer.from(batch.bytes.subarray(batch.bodyStart[0], batch.bodyEnd[0])).toString()).toBe("text");
  });

  it("treat a string-table index as an empty value and mark it", () => {
    const batch = index(requestOf(bytesField(5, varintField(8, 3)), bytesField(6, varintField(3, 1)), good));
    expect([...batch.marks.subarray(0, 3)]).toEqual([MARK_STRINDEX, MARK_STRINDEX, 0]);
    expect(batch.bodyKind[0]).toBe(BODY_NONE);
  });

  it("mark nothing of a rejected record on the next one", () => {
    const batch = index(requestOf([...bytesField(6, varintField(3, 1)), 0x1a, 9], good));
    expect([batch.recordCount, batch.marks[0]]).toEqual([1, 0]);
  });

  it("hold whole milliseconds of the event time, else of the observed time", () => {
    const batch = index(
      buildRequest([
        {
          records: [
            { time: 1_763_700_000_123_999_999n, observedTime: 5_000_000n },
            { time: 0n, observedTime: 1_763_700_000_456_000_000n },
            {},
            { time: 1n, observedTime: 5_000_000n },
          ],
        },
      ]),
    );
    expect([...batch.timeMs.subarray(0, 4)]).toEqual([1_763_700_000_123, 1_763_700_000_456, 0, 0]);
  });

  it("are empty for an empty request", () => {
    expect(index(new Uint8Array(0)).recordCount).toBe(0);
  });
});
