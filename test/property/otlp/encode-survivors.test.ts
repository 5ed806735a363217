/** Survivors against protobufjs and the reference decoder: the same records, byte for byte, but for our patches. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRepairCounts, SurvivorEncoder } from "../../../src/core/otlp/encode/encode-survivors.ts";
import type { StampPlan } from "../../../src/core/otlp/encode/stamps.ts";
import { IndexPass } from "../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../src/core/otlp/index/log-batch.ts";
import { ByteWriter } from "../../../src/core/otlp/wire/byte-writer.ts";
import { Decisions } from "../../../src/core/sampling/decide/decisions.ts";
import { MARK_BAD_SPAN_ID, MARK_BAD_TRACE_ID, MARK_HAS_STAMPS, MARK_OWN_EVENT } from "../../../src/model/log-batch.ts";
import { indexRequest } from "../../kit/otlp/index-request.ts";
import { ExportLogsServiceRequest } from "../../kit/otlp/otlp-schema.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import type { MessageName, ReferenceTree } from "../../kit/otlp/reference-decoder.ts";
import { hasOnlyUtf8, referenceDecode, referenceTree } from "../../kit/otlp/reference-decoder.ts";
import type { KeptBatch } from "../../kit/otlp/survivors.ts";
import { encodeSurvivors } from "../../kit/otlp/survivors.ts";
import { plainGroups, wireRequest } from "../../kit/otlp/wire-arbitraries.ts";

const ID = "1AbCdEfGhIjK";

const source = {
  policyVersion: "7",
  idBytes: () => new TextEncoder().encode(ID),
  template: () => "hello <num>",
  randomness: () => "00112233445566",
  uid: () => "uid-1",
};
const minimal: StampPlan = { mode: "minimal", observe: false, source };
const none: StampPlan = { mode: "none", observe: false, source };

function indexed(bytes: Uint8Array, kept: readonly boolean[]): KeptBatch {
  const batch = createLogBatch(1);
  indexRequest(new IndexPass(), batch, bytes, bytes.length);
  const decisions = new Decisions(Math.max(1, batch.recordCount));
  decisions.weight.fill(1);
  decisions.probability.fill(1);
  for (let i = 0; i < batch.recordCount; i++) decisions.keep[i] = kept[i % kept.length] === true ? 1 : 0;
  return { batch, decisions };
}

function encoded(decided: KeptBatch, plan: StampPlan | undefined): Uint8Array {
  const { bytes, written } = encodeSurvivors(decided, plan);
  const kept = decided.decisions.keep.subarray(0, decided.batch.recordCount);
  expect(written).toBe(kept.reduce((sum, keep) => sum + keep, 0));
  return bytes;
}

function readBack(bytes: Uint8Array): object {
  return ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(bytes), { longs: String });
}

/** Contents of the records of a request that must be readable. */
function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const decoded = referenceDecode(bytes);
  expect(decoded).toBeDefined();
  expect([decoded?.malformed, decoded?.tooDeep]).toEqual([0, 0]);
  return (decoded?.records ?? []).map((record) => bytes.subarray(record.start, record.end));
}

function isStamp(field: ReferenceTree[number]): boolean {
  if (field[0] !== 6) return false;
  const key = (field[1] as ReferenceTree).findLast((part) => part[0] === 1)?.[1];
  return typeof key === "string" && (key.startsWith("lipservice.") || key.startsWith("sampling."));
}

/** What must be left of a record: stamps and event names of ours cut, bad ids removed, strings repaired (the tree decodes them so). */
function withoutPatches(tree: ReferenceTree, marks: number): ReferenceTree {
  return tree.filter((field) => {
    if (isStamp(field)) return false;
    if (field[0] === 9) return (marks & MARK_BAD_TRACE_ID) === 0;
    if (field[0] === 12) return (marks & MARK_OWN_EVENT) === 0;
    return field[0] !== 10 || (marks & MARK_BAD_SPAN_ID) === 0;
  });
}

const kept = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });

describe("survivor encoder", () => {
  it("leaves requests of clean records exactly as protobufjs reads the kept ones", () => {
    fc.assert(
      fc.property(plainGroups, kept, (groups, keep) => {
        const clean = groups.map((group) => ({
          ...group,
          records: group.records.map(({ traceId, spanId, attributes, ...record }) => record),
        }));
        const bytes = buildRequest(clean);
        const { batch, decisions } = indexed(bytes, keep);
        let index = 0;
        const expected = clean
          .map((group) => ({ ...group, records: group.records.filter(() => decisions.keep[index++] === 1) }))
          .filter((group) => group.records.length > 0);
        const output = encoded({ batch, decisions }, none);
        // Equal as messages and in size; only envelope fields behind the records moved ahead of them.
        expect(readBack(output)).toEqual(readBack(buildRequest(expected)));
        expect(output.length).toBe(buildRequest(expected).length);
      }),
    );
  });

  it("keeps every record the same but for cut stamps, removed ids and repaired strings", () => {
    fc.assert(
      fc.property(wireRequest, kept, (wire, keep) => {
        const bytes = Uint8Array.from(wire);
        const { batch, decisions } = indexed(bytes, keep);
        const output = encoded({ batch, decisions }, none);
        const survivors = recordsOf(output);
        let next = 0;
        for (let i = 0; i < batch.recordCount; i++) {
          if (decisions.keep[i] !== 1) continue;
          const received = bytes.subarray(batch.recordStart[i], batch.recordEnd[i]);
          const survivor = survivors[next++] ?? new Uint8Array(0);
          const marks = batch.marks[i] ?? 0;
          expect(hasOnlyUtf8("Record", survivor)).toBe(true);
          expect(referenceTree("Record", survivor)).toEqual(withoutPatches(referenceTree("Record", received), marks));
          const untouched = (marks & (MARK_HAS_STAMPS | MARK_OWN_EVENT | MARK_BAD_TRACE_ID | MARK_BAD_SPAN_ID)) === 0;
          if (untouched && hasOnlyUtf8("Record", received)) expect(survivor).toEqual(received);
        }
        expect(survivors.length).toBe(next);
      }),
      { numRuns: 500 },
    );
  });

  it("groups survivors under the envelopes they came in, unknown fields included", () => {
    fc.assert(
      fc.property(wireRequest, kept, (wire, keep) => {
        const bytes = Uint8Array.from(wire);
        const { batch, decisions } = indexed(bytes, keep);
        expect(envelopes(encoded({ batch, decisions }, none))).toEqual(expectedEnvelopes({ batch, decisions }));
      }),
      { numRuns: 300 },
    );
  });

  it("appends one set of stamps that every decoder reads back", () => {
    const weights = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(plainGroups, weights, (groups, values) => {
        const { batch, decisions } = indexed(buildRequest(groups), [true]);
        for (let i = 0; i < batch.recordCount; i++) decisions.weight[i] = values[i % values.length] ?? 1;
        const output = encoded({ batch, decisions }, minimal);
        const records: { attributes?: { key: string; value: Record<string, unknown> }[] }[] =
          ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(output))["resourceLogs"]?.flatMap(
            (resource: { scopeLogs: { logRecords: object[] }[] }) =>
              resource.scopeLogs.flatMap((scope) => scope.logRecords),
          ) ?? [];
        for (const [i, record] of records.entries()) {
          const stamps = (record.attributes ?? []).filter(({ key }) => /^(lipservice|sampling)\./.test(key));
          const weight = decisions.weight[i];
          expect(stamps).toEqual([
            { key: "lipservice.pattern", value: { stringValue: ID } },
            ...(weight === 1 ? [] : [{ key: "lipservice.weight", value: { doubleValue: weight } }]),
          ]);
        }
      }),
    );
  });

  it("writes the same in slices as at once, but for envelopes repeated per slice", () => {
    fc.assert(
      fc.property(wireRequest, kept, fc.integer({ min: 1, max: 3 }), (wire, keep, slice) => {
        const { batch, decisions } = indexed(Uint8Array.from(wire), keep);
        const encoder = new SurvivorEncoder();
        const out = new ByteWriter();
        for (let from = 0; from < batch.recordCount; from += slice) {
          const to = Math.min(from + slice, batch.recordCount);
          encoder.encode({ batch, from, to }, decisions, minimal, { out, repairs: createRepairCounts() });
        }
        expect(recordsOf(out.copy())).toEqual(recordsOf(encoded({ batch, decisions }, minimal)));
      }),
    );
  });
});

type Envelopes = readonly { readonly resource: ReferenceTree; readonly scopes: readonly ReferenceTree[] }[];

function isEnvelope(field: ReferenceTree[number]): boolean {
  return field[0] !== 2;
}

function envelopes(request: Uint8Array): Envelopes {
  return referenceTree("Request", request).map(([, content]) => {
    const fields = contentTree("ResourceLogs", content);
    const scopes = fields.filter(([number]) => number === 2);
    return {
      resource: fields.filter(isEnvelope),
      scopes: scopes.map(([, scope]) => contentTree("ScopeLogs", scope).filter(isEnvelope)),
    };
  });
}

/** Frames the schema leaves as bytes. */
function contentTree(name: MessageName, content: ReferenceTree[number][1]): ReferenceTree {
  return referenceTree(name, Uint8Array.from(content as readonly number[]));
}

function expectedEnvelopes({ batch, decisions }: KeptBatch): Envelopes {
  const hasSurvivor = (scope: number): boolean =>
    batch.scope.subarray(0, batch.recordCount).some((row, i) => row === scope && decisions.keep[i] === 1);
  const content = (start: number, end: number): readonly number[] => [...batch.bytes.subarray(start, end)];
  return batch.resources.slice(0, batch.resourceCount).flatMap((row, resource) => {
    const scopes = batch.scopes
      .slice(0, batch.scopeCount)
      .filter((scope, index) => scope.resource === resource && hasSurvivor(index));
    if (scopes.length === 0) return [];
    return {
      resource: contentTree("ResourceLogs", content(row.start, row.end)).filter(isEnvelope),
      scopes: scopes.map((scope) => contentTree("ScopeLogs", content(scope.start, scope.end)).filter(isEnvelope)),
    };
  });
}
