/** Regrouping: nothing lost, nothing doubled, sizes known before encoding, origins right. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SurvivorEncoder } from "../../../src/core/otlp/encode/encode-survivors.ts";
import type { RegroupedRecords } from "../../../src/core/otlp/encode/regroup.ts";
import { regroup, regroupedBytes } from "../../../src/core/otlp/encode/regroup.ts";
import { IndexPass } from "../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../src/core/otlp/index/log-batch.ts";
import { ByteWriter } from "../../../src/core/otlp/wire/byte-writer.ts";
import { DecodeError } from "../../../src/core/otlp/wire/decode-error.ts";
import { indexRequest } from "../../kit/otlp/index-request.ts";
import type { PlainGroup } from "../../kit/otlp/record-builder.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { referenceDecode } from "../../kit/otlp/reference-decoder.ts";
import { mutate, mutations, wireRequest } from "../../kit/otlp/wire-arbitraries.ts";

/** A payload as the queue holds it: all records of a request, encoded by us. */
function payloadOf(wire: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(wire);
  const batch = createLogBatch(1);
  indexRequest(new IndexPass(), batch, bytes, bytes.length);
  batch.keep.fill(1);
  const out = new ByteWriter();
  new SurvivorEncoder().encode(batch, 0, batch.recordCount, undefined, out);
  return out.copy();
}

function recordsOf(bytes: Uint8Array): string[] {
  const records = referenceDecode(bytes)?.records ?? [];
  return records.map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString("hex"));
}

/** Every output record, beside the input record that the origins name. */
function expectOrigins(records: RegroupedRecords, payloads: readonly Uint8Array[]): void {
  const bytes = records.encode();
  expect(bytes.length).toBe(records.byteLength);
  const output = recordsOf(bytes);
  expect(output.length).toBe(records.recordCount);
  const input = payloads.map(recordsOf);
  expect(output).toEqual(output.map((_, i) => input[records.payloadOf(i)]?.[records.indexOf(i)]));
}

const payloads = fc.array(wireRequest.map(payloadOf), { maxLength: 4 });

describe("regroup", () => {
  it("keeps every record once, knows where it came from and how large the request will be", () => {
    fc.assert(
      fc.property(payloads, (inputs) => {
        const records = regroup(inputs.map((payload) => ({ payload, receivedWallMs: 0 })));
        expectOrigins(records, inputs);
        const origins = Array.from(
          { length: records.recordCount },
          (_, i) => `${records.payloadOf(i)}/${records.indexOf(i)}`,
        );
        expect(new Set(origins).size).toBe(inputs.flatMap(recordsOf).length);
        expect(regroupedBytes(inputs)).toBe(records.byteLength);
      }),
    );
  });

  it("splits into two parts that together hold every record, down to single ones", () => {
    fc.assert(
      fc.property(payloads, (inputs) => {
        const parts = [regroup(inputs.map((payload) => ({ payload, receivedWallMs: 0 })))];
        const singles: RegroupedRecords[] = [];
        for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
          expectOrigins(part, inputs);
          if (part.recordCount > 1) parts.push(...part.split());
          else if (part.recordCount === 1) singles.push(part);
        }
        const origins = singles.map((single) => `${single.payloadOf(0)}/${single.indexOf(0)}`);
        expect(new Set(origins).size).toBe(inputs.flatMap(recordsOf).length);
      }),
      { numRuns: 50 },
    );
  });

  it("merges byte-identical resources and scopes of different payloads, and no others", () => {
    const names = fc.constantFrom("a", "b");
    const group: fc.Arbitrary<PlainGroup> = fc
      .tuple(names, names, fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }))
      .map(([service, scope, bodies]) => ({
        resource: { "service.name": service },
        scope: { name: scope },
        records: bodies.map((body) => ({ body })),
      }));
    fc.assert(
      fc.property(fc.array(fc.array(group, { maxLength: 4 }), { maxLength: 4 }), (requests) => {
        const sources = requests.map((groups) => ({ payload: buildRequest(groups), receivedWallMs: 0 }));
        const reference = referenceDecode(regroup(sources).encode());
        const groups = requests.flat();
        expect(reference?.services).toEqual(
          [...new Set(groups.map((one) => JSON.stringify(one.resource)))].map(
            (resource) => JSON.parse(resource)["service.name"],
          ),
        );
        expect(reference?.scopes).toBe(new Set(groups.map((one) => JSON.stringify([one.resource, one.scope]))).size);
      }),
    );
  });

  it("throws nothing but DecodeError on a damaged payload", () => {
    fc.assert(
      fc.property(wireRequest, mutations, (wire, changes) => {
        const payload = mutate(Uint8Array.from(wire), changes);
        try {
          regroup([{ payload, receivedWallMs: 0 }]).encode();
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
