import { describe, expect, it } from "vitest";
import { MAX_REQUEST_RECORDS } from "../../../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch, RETAINED_RECORDS, resizeLogBatch } from "../../../../../src/core/otlp/index/log-batch.ts";
import type { LogBatch } from "../../../../../src/model/log-batch.ts";

const MIB = 1024 * 1024;

/** Bytes of the columns that grow with the records of a request. */
function columnBytes(batch: LogBatch): number {
  return Object.values(batch).reduce<number>(
    (sum, column) => sum + (ArrayBuffer.isView(column) && column !== batch.rejected ? column.byteLength : 0),
    0,
  );
}

describe("columns of a LogBatch", () => {
  it("take 52 bytes a record", () => {
    expect(columnBytes(createLogBatch(1000))).toBe(1000 * 52);
  });

  it("take 52 MiB for the largest request and keep less than 5 MiB in the pool", () => {
    expect(columnBytes(createLogBatch(MAX_REQUEST_RECORDS))).toBe(52 * MIB);
    expect(columnBytes(createLogBatch(RETAINED_RECORDS))).toBeLessThan(5 * MIB);
  });

  it("keep their content when they grow", () => {
    const batch = createLogBatch(2);
    batch.recordStart.set([7, 9]);
    batch.timeMs.set([1, 2.5]);
    resizeLogBatch(batch, 4);

    expect([...batch.recordStart]).toEqual([7, 9, 0, 0]);
    expect([...batch.timeMs]).toEqual([1, 2.5, 0, 0]);
  });
});
