/** The index pass against two oracles: protobufjs on what encoders write, the reference decoder on everything else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IndexPass } from "../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../src/core/otlp/index/log-batch.ts";
import { DecodeError } from "../../../src/core/otlp/wire/decode-error.ts";
import { REJECT_REASONS } from "../../../src/model/decision.ts";
import type { LogBatch } from "../../../src/model/log-batch.ts";
import {
  MARK_BAD_SPAN_ID,
  MARK_BAD_TRACE_ID,
  MARK_HAS_EVENT_NAME,
  MARK_HAS_EXCEPTION,
  MARK_HAS_STAMPS,
  MARK_HAS_TEMPLATE,
  MARK_OWN_EVENT,
  MARK_STRINDEX,
} from "../../../src/model/log-batch.ts";
import { indexRequest } from "../../kit/otlp/index-request.ts";
import { ExportLogsServiceRequest } from "../../kit/otlp/otlp-schema.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import type { ReferenceRecord } from "../../kit/otlp/reference-decoder.ts";
import { referenceDecode } from "../../kit/otlp/reference-decoder.ts";
import { referenceSeverity } from "../../kit/otlp/reference-severity.ts";
import {
  mutate,
  mutations,
  plainGroups,
  plainRecord,
  wireRecord,
  wireRequest,
} from "../../kit/otlp/wire-arbitraries.ts";
import { bytesField } from "../../kit/otlp/wire-builder.ts";

const KINDS = ["none", "string", "bool", "int", "double", "array", "kvlist", "bytes"];
const pass = new IndexPass();

/** @returns undefined when the request was refused with a DecodeError; anything else thrown fails the test */
function index(bytes: Uint8Array, batch: LogBatch = createLogBatch(1)): LogBatch | undefined {
  try {
    indexRequest(pass, batch, bytes, bytes.length);
    return batch;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function expectedMarks(record: ReferenceRecord): number {
  const valid = (id: Uint8Array, size: number): boolean => id.length === size && id.some((byte) => byte !== 0);
  let marks = 0;
  for (const key of record.attributeKeys) {
    const text = Buffer.from(key).toString("latin1");
    if (text.startsWith("lipservice.") || text.startsWith("sampling.")) marks |= MARK_HAS_STAMPS;
    if (text.startsWith("exception.")) marks |= MARK_HAS_EXCEPTION;
    if (["log.record.template", "{OriginalFormat}", "message_template.text"].includes(text)) marks |= MARK_HAS_TEMPLATE;
  }
  if (record.traceId.length > 0 && !valid(record.traceId, 16)) marks |= MARK_BAD_TRACE_ID;
  if (record.spanId.length > 0 && !valid(record.spanId, 8)) marks |= MARK_BAD_SPAN_ID;
  if (record.eventName.length > 0) marks |= MARK_HAS_EVENT_NAME;
  if (Buffer.from(record.eventName).toString().startsWith("lipservice.")) marks |= MARK_OWN_EVENT;
  if (record.strindex) marks |= MARK_STRINDEX;
  return marks;
}

function expectSameAsReference(bytes: Uint8Array): void {
  const reference = referenceDecode(bytes);
  const batch = index(bytes);
  expect(batch === undefined).toBe(reference === undefined);
  if (batch === undefined || reference === undefined) return;
  expect(batch.recordCount).toBe(reference.records.length);
  expect(batch.scopeCount).toBe(reference.scopes);
  expect(batch.resources.slice(0, batch.resourceCount).map((row) => row.service)).toEqual(reference.services);
  expect(batch.rejected[REJECT_REASONS.indexOf("malformed")]).toBe(reference.malformed);
  expect(batch.rejected[REJECT_REASONS.indexOf("too_deep")]).toBe(reference.tooDeep);
  expect(batch.rejectedMessage === "").toBe(reference.malformed + reference.tooDeep === 0);
  for (const [i, record] of reference.records.entries()) {
    const range = (start = 0, end = 0): number[] => [...bytes.subarray(start, end)];
    const nanos = record.time !== 0n ? record.time : record.observed;
    expect({
      start: batch.recordStart[i],
      end: batch.recordEnd[i],
      kind: KINDS[batch.bodyKind[i] ?? 0],
      body: range(batch.bodyStart[i], batch.bodyEnd[i]),
      severity: batch.severity[i],
      event: range(batch.eventStart[i], batch.eventEnd[i]),
      marks: batch.marks[i],
    }).toEqual({
      start: record.start,
      end: record.end,
      kind: record.bodyKind,
      body: [...record.body],
      severity: referenceSeverity(record),
      event: [...record.eventName],
      marks: expectedMarks(record),
    });
    expect(batch.timeMs[i]).toBe(Number(nanos / 1_000_000n));
    const trace = batch.traceStart[i] ?? 0;
    const span = batch.spanStart[i] ?? 0;
    expect(trace === 0 ? [] : range(trace, trace + 16)).toEqual(
      (expectedMarks(record) & MARK_BAD_TRACE_ID) !== 0 ? [] : [...record.traceId],
    );
    expect(span === 0 ? [] : range(span, span + 8)).toEqual(
      (expectedMarks(record) & MARK_BAD_SPAN_ID) !== 0 ? [] : [...record.spanId],
    );
  }
}

describe("index pass", () => {
  it("agrees with protobufjs on every request an encoder writes", () => {
    fc.assert(
      fc.property(plainGroups, (groups) => {
        const bytes = buildRequest(groups);
        const decoded = ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(bytes), { longs: String });
        const records: { body?: { stringValue?: string }; timeUnixNano?: string }[] = (
          decoded["resourceLogs"] ?? []
        ).flatMap((resourceLogs: { scopeLogs: { logRecords?: object[] }[] }) =>
          resourceLogs.scopeLogs.flatMap((scopeLogs) => scopeLogs.logRecords ?? []),
        );
        const batch = index(bytes);
        expect(batch?.recordCount).toBe(records.length);
        expect(batch?.rejectedMessage).toBe("");
        for (const [i, record] of records.entries()) {
          if (record.body?.stringValue === undefined) continue;
          const body = Buffer.from(bytes.subarray(batch?.bodyStart[i], batch?.bodyEnd[i])).toString("utf8");
          expect(body).toBe(record.body.stringValue);
        }
        expectSameAsReference(bytes);
      }),
    );
  });

  it("agrees with the reference decoder on fields shuffled, repeated, unknown and overlong at every level", () => {
    fc.assert(
      fc.property(wireRequest, (bytes) => expectSameAsReference(Uint8Array.from(bytes))),
      { numRuns: 1000 },
    );
  });

  it("throws nothing but DecodeError on damaged bytes, and takes and rejects what the reference does", () => {
    const seeds = fc.oneof(
      plainGroups.map(buildRequest),
      wireRequest.map((bytes) => Uint8Array.from(bytes)),
    );
    fc.assert(
      fc.property(seeds, mutations, (seed, changes) => expectSameAsReference(mutate(seed, changes))),
      { numRuns: 3000 },
    );
  });

  it("takes and rejects what the reference does at every length to which a request is cut", () => {
    fc.assert(
      fc.property(plainGroups.map(buildRequest), (request) => {
        // Every length of the end of the request; all lengths of short ones.
        for (let length = Math.max(0, request.length - 200); length < request.length; length++) {
          expectSameAsReference(request.slice(0, length));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("throws nothing but DecodeError on random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectSameAsReference(bytes)),
      { numRuns: 2000 },
    );
  });

  it("never lets a bad record cost its neighbours", () => {
    fc.assert(
      fc.property(
        fc.array(plainRecord, { maxLength: 4 }),
        wireRecord,
        mutations,
        fc.nat(),
        (good, seed, changes, at) => {
          const bad = bytesField(2, mutate(Uint8Array.from(seed), changes));
          const contents = good.map((record) => contentOf(buildRequest([{ records: [record] }])));
          const position = at % (contents.length + 1);
          const fields = contents.map((content) => bytesField(2, content));
          fields.splice(position, 0, bad);
          const batch = index(Uint8Array.from(bytesField(1, bytesField(2, ...fields))));
          const damaged = batch?.rejectedMessage === "" ? 0 : 1;
          expect(batch?.recordCount).toBe(good.length + 1 - damaged);
          const found = contents.map((_content, i) => {
            const row = i < position || damaged === 1 ? i : i + 1;
            return [...(batch?.bytes.subarray(batch.recordStart[row], batch.recordEnd[row]) ?? [])];
          });
          expect(found).toEqual(contents.map((content) => [...content]));
        },
      ),
    );
  });

  it("yields the same batch in slices of any size as in one pass", () => {
    fc.assert(
      fc.property(wireRequest, fc.integer({ min: 1, max: 5 }), (wire, slice) => {
        const bytes = Uint8Array.from(wire);
        const whole = index(bytes);
        const sliced = createLogBatch(2);
        const slices = new IndexPass();
        slices.begin(sliced, bytes, bytes.length);
        while (!slices.step(slice));
        expect(columnsOf(sliced)).toEqual(columnsOf(whole));
      }),
    );
  });

  it("leaves nothing of an earlier request in a reused batch", () => {
    fc.assert(
      fc.property(wireRequest, wireRequest, (first, second) => {
        const reused = createLogBatch(1);
        index(Uint8Array.from(first), reused);
        const bytes = Uint8Array.from(second);
        expect(columnsOf(index(bytes, reused))).toEqual(columnsOf(index(bytes)));
      }),
    );
  });
});

/** Content of the only record of a request. */
function contentOf(request: Uint8Array): Uint8Array {
  const batch = index(request);
  return request.subarray(batch?.recordStart[0], batch?.recordEnd[0]);
}

function columnsOf(batch: LogBatch | undefined): unknown {
  if (batch === undefined) return undefined;
  const count = batch.recordCount;
  return {
    count,
    rejected: [...batch.rejected],
    message: batch.rejectedMessage,
    columns: [
      batch.recordStart,
      batch.recordEnd,
      batch.bodyStart,
      batch.bodyEnd,
      batch.bodyKind,
      batch.severity,
      batch.timeMs,
      batch.traceStart,
      batch.spanStart,
      batch.eventStart,
      batch.eventEnd,
      batch.marks,
      batch.scope,
    ].map((column) => [...column.subarray(0, count)]),
    scopes: batch.scopes.slice(0, batch.scopeCount),
    resources: batch.resources.slice(0, batch.resourceCount),
  };
}
