import { describe, expect, it } from "vitest";
import { IndexPass } from "../../../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../../../src/core/otlp/index/log-batch.ts";
import { bodyContains, RecordQuery } from "../../../../../src/core/otlp/index/record-query.ts";
import type { LogBatch } from "../../../../../src/model/log-batch.ts";
import { indexRequest } from "../../../../kit/otlp/index-request.ts";
import type { PlainAttributes, PlainValue } from "../../../../kit/otlp/record-builder.ts";
import { buildRequest } from "../../../../kit/otlp/record-builder.ts";
import { attribute, bytesField } from "../../../../kit/otlp/wire-builder.ts";

const query = new RecordQuery();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function indexed(request: Uint8Array): LogBatch {
  const batch = createLogBatch(1);
  indexRequest(new IndexPass(), batch, request, request.length);
  return batch;
}

const withAttributes = (attributes: PlainAttributes, resource: PlainAttributes = {}): LogBatch =>
  indexed(buildRequest([{ resource, records: [{ body: "x", attributes }] }]));

function found(batch: LogBatch, key: string): string | undefined {
  if (!query.findAttribute(batch, 0, bytes(key))) return undefined;
  return Buffer.from(batch.bytes.subarray(query.start, query.end)).toString();
}

describe("stamps a record came with", () => {
  const stamps = (attributes: PlainAttributes): ReturnType<RecordQuery["readStamps"]> =>
    query.readStamps(withAttributes(attributes), 0);

  it("are absent on most records", () => {
    expect(stamps({ a: 1 })).toEqual({ weight: undefined, probability: undefined, randomness: undefined });
  });

  it("are read in the types they are written in", () => {
    const read = stamps({
      "lipservice.weight": { double: 2.5 },
      "sampling.threshold": "C",
      "sampling.randomness": "0011223344556F",
    });
    expect(read).toEqual({ weight: 2.5, probability: 0.25, randomness: "0011223344556f" });
  });

  it("may have a whole weight", () => {
    expect(stamps({ "lipservice.weight": 300 }).weight).toBe(300);
    expect(stamps({ "lipservice.weight": 0 }).weight).toBe(0);
    expect(stamps({ "lipservice.weight": 5_000_000_000n }).weight).toBe(5_000_000_000);
  });

  it("count as absent when they cannot be", () => {
    const weights: PlainValue[] = [
      { double: -1 },
      { double: Number.NaN },
      { double: Number.POSITIVE_INFINITY },
      -5,
      "3",
      true,
    ];
    for (const weight of weights) expect(stamps({ "lipservice.weight": weight }).weight).toBeUndefined();
    for (const threshold of ["", "g", "0x1", "123456789012345", 12, "c "]) {
      expect(stamps({ "sampling.threshold": threshold }).probability).toBeUndefined();
    }
    for (const randomness of ["", "123", "0011223344556", "0011223344556g"]) {
      expect(stamps({ "sampling.randomness": randomness }).randomness).toBeUndefined();
    }
  });

  it("give thresholds of 1 to 14 digits their probability", () => {
    expect(stamps({ "sampling.threshold": "0" }).probability).toBe(1);
    expect(stamps({ "sampling.threshold": "8" }).probability).toBe(0.5);
    expect(stamps({ "sampling.threshold": "fd70a" }).probability).toBe(1 - 0xfd70a / 2 ** 20);
    expect(stamps({ "sampling.threshold": "c0000000000000" }).probability).toBe(0.25);
    expect(stamps({ "sampling.threshold": "ffffffffffffff" }).probability).toBe(2 ** -52);
  });

  it("are read from the last of a repeated key", () => {
    const repeated = [
      ["lipservice.weight", { double: 2 }],
      ["lipservice.weight", { double: 3 }],
    ] as const;
    expect(stamps(repeated).weight).toBe(3);
  });
});

describe("attribute lookup", () => {
  it("finds the record's value first, the resource's else, the last of several", () => {
    const batch = withAttributes(
      [
        ["tier", "gold"],
        ["tier", "platinum"],
        ["n", 5],
      ],
      { tier: "silver", "service.name": "a", n: "five" },
    );
    expect(found(batch, "tier")).toBe("platinum");
    expect(found(batch, "service.name")).toBe("a");
    expect(found(batch, "n")).toBe("five");
    expect(found(batch, "tie")).toBeUndefined();
    expect(found(batch, "")).toBeUndefined();
  });

  it("reads every Resource of a ResourceLogs, wherever it stands", () => {
    const record = bytesField(2, bytesField(2, bytesField(5, bytesField(1, "x"))));
    const resource = (value: string): number[] => bytesField(1, attribute(1, "k", value));
    const request = bytesField(1, resource("first"), record, bytesField(3, "url"), resource("last"));
    expect(found(indexed(Uint8Array.from(request)), "k")).toBe("last");
  });

  it("compares whole values", () => {
    const batch = withAttributes({ k: "value" });
    const equals = (value: string): boolean => query.attributeEquals(batch, 0, bytes("k"), bytes(value));
    expect(["value", "valu", "values", "VALUE", ""].map(equals)).toEqual([true, false, false, false, false]);
    expect(query.attributeEquals(withAttributes({ k: "" }), 0, bytes("k"), bytes(""))).toBe(true);
  });
});

describe("body search", () => {
  const contains = (body: PlainValue, needle: string): boolean =>
    bodyContains(indexed(buildRequest([{ records: [{ body, attributes: { a: "outside" } }] }])), 0, bytes(needle));

  it("finds a needle at the beginning, the end and after a false start", () => {
    for (const needle of ["aab", "aaab", "b tail", "l", "ail", ""]) expect(contains("aaab tail", needle)).toBe(true);
    for (const needle of ["aaaab", "tails", "outside", "AAAB"]) expect(contains("aaab tail", needle)).toBe(false);
  });

  it("looks into structured bodies as they are encoded", () => {
    expect(contains({ list: { key: ["deep text"] } }, "deep text")).toBe(true);
    expect(contains({ list: { key: ["deep text"] } }, "key")).toBe(true);
  });

  it("finds only the empty needle where there is no body", () => {
    const batch = indexed(buildRequest([{ records: [{ severityText: "x" }] }]));
    expect([bodyContains(batch, 0, bytes("x")), bodyContains(batch, 0, bytes(""))]).toEqual([false, true]);
  });
});
