/**
 * Records per second and core of the OTLP walk, by CPU time: 512 records of about 280 bytes with five attributes, whose
 * variable parts all differ. Run with `npx tsx test/bench/micro-index.ts`; prints one JSON object.
 */
import { IndexPass, indexRequest } from "../../src/core/otlp/index-pass.ts";
import { createLogBatch } from "../../src/core/otlp/log-batch.ts";
import { buildRequest } from "../kit/record-builder.ts";

const RECORDS = 512;
const MEASURED_MS = 1500;

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

/** @returns records a second of CPU time */
function measure(run: () => void): number {
  for (let turn = 0; turn < 2000; turn++) run();
  const cpu = process.cpuUsage();
  const until = performance.now() + MEASURED_MS;
  let turns = 0;
  while (performance.now() < until) {
    for (let turn = 0; turn < 20; turn++) run();
    turns += 20;
  }
  const used = process.cpuUsage(cpu);
  return Math.round((turns * RECORDS) / ((used.user + used.system) / 1e6));
}

const request = benchRequest();
const batch = createLogBatch(RECORDS);
const pass = new IndexPass();
const index = measure(() => indexRequest(pass, batch, request, request.length));
console.log(JSON.stringify({ bytesPerRecord: Math.round(request.length / RECORDS), index }));
