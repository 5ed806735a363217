/**
 * The OTLP walk and the encoding of survivors: 512 records of about 280 bytes with five attributes, whose variable parts
 * all differ.
 */

import { createRepairCounts, SurvivorEncoder } from "../../src/core/otlp/encode/encode-survivors.ts";
import type { StampPlan } from "../../src/core/otlp/encode/stamps.ts";
import { IndexPass } from "../../src/core/otlp/index/index-pass.ts";
import { createLogBatch } from "../../src/core/otlp/index/log-batch.ts";
import { ByteWriter } from "../../src/core/otlp/wire/byte-writer.ts";
import { Decisions } from "../../src/core/sampling/decide/decisions.ts";
import { indexRequest } from "../kit/otlp/index-request.ts";
import { buildRequest } from "../kit/otlp/record-builder.ts";
import type { Measurement } from "./measure.ts";
import { measure } from "./measure.ts";

const RECORDS = 512;
const KEPT_ONE_IN = 10;
const PATTERN_ID = new TextEncoder().encode("1AbCdEfGhIjK");

function benchRequest(): Uint8Array {
  const records = Array.from({ length: RECORDS }, (_, index) => ({
    time: 1_763_700_000_000 + index * 7,
    observedTime: 1_763_700_000_001 + index * 7,
    severityNumber: index % 50 === 0 ? 17 : 9,
    severityText: index % 50 === 0 ? "ERROR" : "INFO",
    body: `GET /api/v1/orders/${index * 7919} took ${index % 900} ms for user u-${index * 31}`,
    attributes: {
      "http.request.method": "GET",
      "http.response.status_code": 200 + (index % 300),
      "thread.name": `worker-${index % 64}`,
      "code.function": `handleRequest${index}`,
      "order.id": `o-${index * 104_729}`,
    },
    traceId: (0x1000_0000_0000 + index * 7_777_777).toString(16).padStart(32, "a"),
    spanId: (0x1000_0000 + index * 7_777).toString(16).padStart(16, "b"),
    flags: 1,
  }));
  return buildRequest([
    {
      resource: { "service.name": "checkout", "service.version": "1.2.3", "k8s.pod.name": "checkout-7d9f-abcde" },
      scope: { name: "app.http", version: "1.0.0" },
      records,
    },
  ]);
}

const PLAN: StampPlan = {
  mode: "minimal",
  observe: false,
  source: {
    policyVersion: "1",
    idBytes: () => PATTERN_ID,
    template: () => "",
    randomness: () => "",
    uid: () => "",
  },
};

export function indexBench(seconds: number): readonly Measurement[] {
  const request = benchRequest();
  const batch = createLogBatch(RECORDS);
  const decisions = new Decisions(RECORDS);
  const repairs = createRepairCounts();
  const pass = new IndexPass();
  const encoder = new SurvivorEncoder();
  const out = new ByteWriter(request.length);
  const index = (): void => indexRequest(pass, batch, request, request.length);
  const encode = (): void => {
    out.reset();
    encoder.encode({ batch, from: 0, to: batch.recordCount }, decisions, PLAN, { out, repairs });
  };
  index();
  for (let i = 0; i < RECORDS; i++) {
    decisions.keep[i] = i % KEPT_ONE_IN === 0 ? 1 : 0;
    decisions.weight[i] = KEPT_ONE_IN;
  }
  const step = (name: string, run: () => void): Measurement =>
    measure({ name, unit: "records", items: RECORDS, bytes: request.length, run }, seconds / 3);
  return [
    step("index", index),
    step("encode, keeping one in ten", encode),
    step("index and encode", () => {
      index();
      encode();
    }),
  ];
}
