/** Batches whose records are all kept with weight 1, and what the survivor encoder makes of them. */

import type { RepairCounts } from "../../../src/core/otlp/encode/encode-survivors.ts";
import { createRepairCounts, SurvivorEncoder } from "../../../src/core/otlp/encode/encode-survivors.ts";
import type { DecidedBatch, StampPlan } from "../../../src/core/otlp/encode/stamps.ts";
import { IndexPass } from "../../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../../src/core/otlp/index/log-batch.ts";
import { ByteWriter } from "../../../src/core/otlp/wire/byte-writer.ts";
import { Decisions } from "../../../src/core/sampling/decide/decisions.ts";
import type { LogBatch } from "../../../src/model/log-batch.ts";
import { indexRequest } from "./index-request.ts";
import { ExportLogsServiceRequest } from "./otlp-schema.ts";
import type { PlainRecord } from "./record-builder.ts";
import { buildRequest } from "./record-builder.ts";

export interface KeptBatch {
  readonly batch: LogBatch;
  readonly decisions: Decisions;
}

/** An indexed request whose records are all kept. */
export function indexedBatch(bytes: Uint8Array): KeptBatch {
  const batch = createLogBatch(1);
  indexRequest(new IndexPass(), batch, bytes, bytes.length);
  const decisions = new Decisions(Math.max(1, batch.recordCount));
  decisions.keep.fill(1);
  decisions.weight.fill(1);
  decisions.probability.fill(1);
  return { batch, decisions };
}

/** An indexed batch of these records. */
export function batchOf(...records: readonly PlainRecord[]): KeptBatch {
  return indexedBatch(buildRequest([{ records }]));
}

export interface EncodedSurvivors {
  readonly bytes: Uint8Array;
  readonly repairs: RepairCounts;
  readonly written: number;
  /** Of every record: keys with the values of whichever type they have. */
  readonly attributes: (readonly [string, unknown])[][];
}

export function encodeSurvivors({ batch, decisions }: DecidedBatch, stamps: StampPlan | undefined): EncodedSurvivors {
  const out = new ByteWriter(1);
  const repairs = createRepairCounts();
  const range = { batch, from: 0, to: batch.recordCount };
  const written = new SurvivorEncoder().encode(range, decisions, stamps, { out, repairs });
  const bytes = out.copy();
  return {
    bytes,
    repairs,
    written,
    // Decoded for those who ask: not every request of a property test is one that protobufjs reads.
    get attributes() {
      return attributesOf(bytes);
    },
  };
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
