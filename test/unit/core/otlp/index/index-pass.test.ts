import { describe, expect, it } from "vitest";
import { IndexPass, MAX_REQUEST_RECORDS, MAX_REQUEST_ROWS } from "../../../../../src/core/otlp/index/index-pass.ts";
import {
  createLogBatch,
  logBatchCapacity,
  RETAINED_RECORDS,
  RETAINED_ROWS,
  resetLogBatch,
} from "../../../../../src/core/otlp/index/log-batch.ts";
import { DecodeError } from "../../../../../src/core/otlp/wire/decode-error.ts";
import type { LogBatch } from "../../../../../src/model/log-batch.ts";
import { BODY_KVLIST, BODY_NONE, BODY_STRING, MARK_STRINDEX } from "../../../../../src/model/log-batch.ts";
import { indexRequest } from "../../../../kit/otlp/index-request.ts";
import { buildRequest } from "../../../../kit/otlp/record-builder.ts";
import { attribute, bytesField, nestedValue, requestOf, tag, varintField } from "../../../../kit/otlp/wire-builder.ts";

function index(bytes: Uint8Array, batch: LogBatch = createLogBatch(4)): LogBatch {
  indexRequest(new IndexPass(), batch, bytes, bytes.length);
  return batch;
}

const good = bytesField(5, bytesField(1, "a good record"));

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
      bytesField(1, bytesField(1, bytesField(1, "k"), bytesField(2, nestedValue(33, "array")))),
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

  it("never take a service for the one before it because its bytes look like its characters", () => {
    const request = (name: string | readonly number[]): Uint8Array =>
      Uint8Array.from(
        bytesField(1, bytesField(1, bytesField(1, bytesField(1, "service.name"), bytesField(2, bytesField(1, name))))),
      );
    const batch = index(request("\u00e9"));
    expect(index(request([0xe9]), batch).resources[0]?.service).toBe("\ufffd");
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

  it("take a level from a JSON body behind white space, whatever the number says", () => {
    const bodies = ['{"level":"error"}', ' \n{"level":"error"}', 'x{"level":"error"}', " "];
    const batch = index(buildRequest([{ records: bodies.map((body) => ({ body, severityNumber: 9 })) }]));
    expect([...batch.severity.subarray(0, 4)]).toEqual([17, 17, 9, 9]);
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
