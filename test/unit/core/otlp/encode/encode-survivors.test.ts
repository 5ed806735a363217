import { describe, expect, it } from "vitest";
import { buildRequest } from "../../../../kit/otlp/record-builder.ts";
import { batchOf, encodeSurvivors, indexedBatch } from "../../../../kit/otlp/survivors.ts";
import { attribute, bytesField, requestOf } from "../../../../kit/otlp/wire-builder.ts";

describe("records", () => {
  it("that are kept come in wire order, the others not at all", () => {
    const { batch, decisions } = batchOf({ body: "a" }, { body: "b" }, { body: "c" });
    decisions.keep.set([1, 0, 1]);
    const { bytes, written } = encodeSurvivors({ batch, decisions }, undefined);
    expect(written).toBe(2);
    expect(bytes).toEqual(buildRequest([{ records: [{ body: "a" }, { body: "c" }] }]));
  });

  it("leave nothing behind when none is kept", () => {
    const { batch, decisions } = batchOf({ body: "a" });
    decisions.keep[0] = 0;
    const { bytes, written } = encodeSurvivors({ batch, decisions }, undefined);
    expect([written, bytes.length]).toEqual([0, 0]);
  });

  it("take their groups along only where one of them is kept", () => {
    const group = (name: string, ...bodies: string[]): Parameters<typeof buildRequest>[0][number] => ({
      resource: { "service.name": name },
      scope: { name },
      records: bodies.map((body) => ({ body })),
    });
    const { batch, decisions } = indexedBatch(buildRequest([group("a", "1"), group("b", "2", "3"), group("c", "4")]));
    decisions.keep.set([0, 0, 1, 1]);
    expect(encodeSurvivors({ batch, decisions }, undefined).bytes).toEqual(
      buildRequest([group("b", "3"), group("c", "4")]),
    );
  });

  it("lose ids of a wrong length or all zero, counted", () => {
    const { batch, decisions } = batchOf(
      { body: "a", traceId: new Uint8Array(16), spanId: "0102030405060708" },
      { body: "b", traceId: "0102", spanId: new Uint8Array(8) },
      { body: "c", traceId: "01".repeat(16), spanId: "02".repeat(8) },
    );
    const { bytes, repairs } = encodeSurvivors({ batch, decisions }, undefined);
    const kept = [
      { body: "a", spanId: "0102030405060708" },
      { body: "b" },
      { body: "c", traceId: "01".repeat(16), spanId: "02".repeat(8) },
    ];
    expect(bytes).toEqual(buildRequest([{ records: kept }]));
    expect([repairs.traceId, repairs.spanId]).toEqual([2, 1]);
  });

  it("have ill-formed text replaced at any depth, with all lengths right", () => {
    const bad = [0x61, 0xff, 0x62];
    const mended = "a\ufffdb";
    const record = (text: string | readonly number[]): number[] => [
      ...bytesField(3, text),
      ...bytesField(
        5,
        bytesField(
          6,
          bytesField(1, bytesField(1, text), bytesField(2, bytesField(5, bytesField(1, bytesField(1, text))))),
        ),
      ),
      ...bytesField(6, bytesField(1, text), bytesField(2, bytesField(1, text))),
      ...bytesField(12, text),
    ];
    const { bytes, repairs } = encodeSurvivors(indexedBatch(requestOf(record(bad), record("fine"))), undefined);
    expect(bytes).toEqual(requestOf(record(mended), record("fine")));
    expect(repairs.utf8).toBe(1);
  });

  it("leave bytes values and unknown fields alone, whatever is in them", () => {
    const record = [...bytesField(5, bytesField(7, [0xff, 0xfe])), ...bytesField(99, [0xff])];
    const { bytes, repairs } = encodeSurvivors(indexedBatch(requestOf(record)), undefined);
    expect(bytes).toEqual(requestOf(record));
    expect(repairs.utf8).toBe(0);
  });

  it("that grow past a length of one byte get a longer one", () => {
    const text = [...new Array<number>(124).fill(0x61), 0xff];
    const record = (content: string | readonly number[]): number[] => bytesField(5, bytesField(1, content));
    expect(encodeSurvivors(indexedBatch(requestOf(record(text))), undefined).bytes).toEqual(
      requestOf(record(`${"a".repeat(124)}\ufffd`)),
    );
  });
});

describe("envelopes", () => {
  it("have ill-formed text replaced, counted once each", () => {
    const build = (text: string | readonly number[]): Uint8Array =>
      Uint8Array.from(
        bytesField(
          1,
          bytesField(1, bytesField(1, bytesField(1, "service.name"), bytesField(2, bytesField(1, text)))),
          bytesField(3, text),
          bytesField(2, bytesField(1, bytesField(1, text)), bytesField(2, bytesField(5, bytesField(1, "x")))),
        ),
      );
    const { bytes, repairs } = encodeSurvivors(indexedBatch(build([0x61, 0xc3])), undefined);
    expect(bytes).toEqual(build("a\ufffd"));
    expect(repairs.utf8).toBe(2);
  });

  it("keep unknown fields and stand ahead of their records", () => {
    const scope = [...bytesField(2, bytesField(5, bytesField(1, "x"))), ...bytesField(1, bytesField(1, "late"))];
    const request = bytesField(
      1,
      bytesField(2, scope),
      bytesField(77, "unknown"),
      bytesField(1, attribute(1, "k", "v")),
    );
    expect(encodeSurvivors(indexedBatch(Uint8Array.from(request)), undefined).bytes).toEqual(
      Uint8Array.from(
        bytesField(
          1,
          bytesField(77, "unknown"),
          bytesField(1, attribute(1, "k", "v")),
          bytesField(2, bytesField(1, bytesField(1, "late")), bytesField(2, bytesField(5, bytesField(1, "x")))),
        ),
      ),
    );
  });
});
