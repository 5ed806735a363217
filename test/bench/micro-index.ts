/**
 * Records per second and core of the OTLP walk and of encoding survivors, by CPU time: 512 records of about 280 bytes
 * with five attributes, whose variable parts all differ. Run with `npx tsx test/bench/micro-index.ts`; prints one JSON
 * object. The best of many short rounds counts beside the median: neighbours on a shared machine only ever slow it down.
 */
import { ByteWriter } from "../../src/core/otlp/byte-writer.ts";
import { SurvivorEncoder } from "../../src/core/otlp/encode-survivors.ts";
import { IndexPass, indexRequest } from "../../src/core/otlp/index-pass.ts";
import { createLogBatch } from "../../src/core/otlp/log-batch.ts";
import type { StampPlan } from "../../src/core/otlp/stamps.ts";
import { buildRequest } from "../kit/record-builder.ts";

const RECORDS = 512;
const KEPT_ONE_IN = 10;
const ROUNDS = 40;
const TURNS_A_ROUND = 800;

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

/** @returns records a second of CPU time: of the best round, and of the median one */
function measure(run: () => void): { best: number; median: number } {
  for (let turn = 0; turn < 3000; turn++) run();
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const cpu = process.cpuUsage();
    for (let turn = 0; turn < TURNS_A_ROUND; turn++) run();
    const used = process.cpuUsage(cpu);
    rates.push(Math.round((TURNS_A_ROUND * RECORDS) / ((used.user + used.system) / 1e6)));
  }
  rates.sort((a, b) => b - a);
  return { best: rates[0] ?? 0, median: rates[ROUNDS >> 1] ?? 0 };
}

const request = benchRequest();
const batch = createLogBatch(RECORDS);
const pass = new IndexPass();
const index = measure(() => indexRequest(pass, batch, request, request.length));

const patternId = new TextEncoder().encode("1AbCdEfGhIjK");
const plan: StampPlan = {
  mode: "minimal",
  observe: false,
  source: {
    policyVersion: "1",
    idBytes: () => patternId,
    template: () => "",
    randomness: () => "",
    uid: () => "",
  },
};
const encoder = new SurvivorEncoder();
const out = new ByteWriter(request.length);
indexRequest(pass, batch, request, request.length);
for (let i = 0; i < RECORDS; i++) {
  batch.keep[i] = i % KEPT_ONE_IN === 0 ? 1 : 0;
  batch.weight[i] = KEPT_ONE_IN;
}
const encode = measure(() => {
  out.reset();
  encoder.encode(batch, 0, batch.recordCount, plan, out);
});
const both = measure(() => {
  indexRequest(pass, batch, request, request.length);
  out.reset();
  encoder.encode(batch, 0, batch.recordCount, plan, out);
});
console.log(
  JSON.stringify({
    bytesPerRecord: Math.round(request.length / RECORDS),
    recordsPerSecondAndCore: { index, encodeKeepingOneInTen: encode, both },
    survivorBytesPerRecord: Math.round(out.length / Math.ceil(RECORDS / KEPT_ONE_IN)),
  }),
);
