/** Batches whose records are all kept with weight 1, and what the survivor encoder makes of them. */

import { SurvivorEncoder } from "../../../src/core/otlp/encode/encode-survivors.ts";
import type { StampPlan } from "../../../src/core/otlp/encode/stamps.ts";
import { IndexPass } from "../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../src/core/otlp/index/log-batch.ts";
import { ByteWriter } from "../../../src/core/otlp/wire/byte-writer.ts";
import type { LogBatch } from "../../../src/model/log-batch.ts";
import { indexRequest } from "./index-request.ts";
import { ExportLogsServiceRequest } from "./otlp-schema.ts";
import type { PlainRecord } from "./record-builder.ts";
import { buildRequest } from "./record-builder.ts";

/** An indexed request whose records are all kept. */
export function indexedBatch(bytes: Uint8Array): LogBatch {
  const batch = createLogBatch(1);
  indexRequest(new IndexPass(), batch, bytes, bytes.length);
  batch.keep.fill(1);
  batch.weight.fill(1);
  batch.probability.fill(1);
  return batch;
}

/** An indexed batch of these records. */
export function batchOf(...records: readonly PlainRecord[]): LogBatch {
  return indexedBatch(buildRequest([{ records }]));
}

export interface EncodedSurvivors {
  readonly bytes: Uint8Array;
  readonly repairs: SurvivorEncoder["repairs"];
  readonly written: number;
  /** Of every record: keys with the values of whichever type they have. */
  readonly attributes: (readonly [string, unknown])[][];
}

export function encodeSurvivors(batch: LogBatch, stamps: StampPlan | undefined, wanted?: number): EncodedSurvivors {
  const encoder = new SurvivorEncoder();
  const out = new ByteWriter(1);
  const written = encoder.encode(batch, 0, batch.recordCount, stamps, out, wanted);
  const bytes = out.copy();
  return { bytes, repairs: encoder.repairs, written, attributes: attributesOf(bytes) };
}

function attributesOf(request: Uint8Array): (readonly [string, unknown])[][] {
  const decoded = ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(request), { longs: Number });
  return (decoded["resourceLogs"] ?? [])
    .flatMap((resource: { scopeLogs: { logRecords: object[] }[] }) => resource.scopeLogs)
    .flatMap((scope: { logRecords: object[] }) => scope.logRecords)
    .map((record: { attributes?: { key: string; value: object }[] }) =>
      (record.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
    );
}
