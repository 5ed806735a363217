/**
 * CPU time of the OTLP/JSON transcoder: records a second on one core, for requests of 512 records of about 600 bytes
 * with five attributes. Run: npx tsx test/bench/micro-json.ts [seconds]
 */
import { ByteWriter } from "../../src/core/otlp/byte-writer.ts";
import { transcodeLogsJson } from "../../src/core/otlp-json/transcode-logs-json.ts";

const RECORDS_PER_REQUEST = 512;
const seconds = Number(process.argv[2] ?? 2);

function recordOf(index: number): unknown {
  const time = 1_760_000_000_000_000_000n + BigInt(index) * 1_234_567n;
  const attribute = (key: string, stringValue: string): unknown => ({ key, value: { stringValue } });
  return {
    timeUnixNano: String(time),
    observedTimeUnixNano: String(time + 1_000n),
    severityNumber: 9,
    severityText: "INFO",
    body: { stringValue: `GET /api/v1/orders/${index * 7919} 200 ${index % 300}ms user=${index * 31} cart=none` },
    attributes: [
      attribute("http.request.method", "GET"),
      attribute("url.path", `/api/v1/orders/${index * 7919}`),
      { key: "http.response.status_code", value: { intValue: "200" } },
      attribute("user_agent.original", "curl/8.5.0"),
      { key: "duration.seconds", value: { doubleValue: index / 1000 } },
    ],
    flags: 1,
    traceId: (0x1234_5678_9abcn * BigInt(index + 1)).toString(16).padStart(32, "0"),
    spanId: (0x9abc_def0n * BigInt(index + 1)).toString(16).padStart(16, "0"),
  };
}

function requestOf(records: number): Uint8Array {
  const attributes = [{ key: "service.name", value: { stringValue: "orders" } }];
  const logRecords = Array.from({ length: records }, (_, index) => recordOf(index));
  const request = {
    resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { name: "http" }, logRecords }] }],
  };
  return new TextEncoder().encode(JSON.stringify(request));
}

/** Runs for at least `seconds` of CPU time and prints what one record costs. */
function measure(name: string, run: () => void, records: number, bytes: number): void {
  for (let warmup = 0; warmup < 200; warmup++) run();
  const started = process.cpuUsage();
  let rounds = 0;
  let cpuSeconds = 0;
  while (cpuSeconds < seconds) {
    for (let repeat = 0; repeat < 20; repeat++) run();
    rounds += 20;
    const used = process.cpuUsage(started);
    cpuSeconds = (used.user + used.system) / 1e6;
  }
  const rate = (rounds * records) / cpuSeconds;
  const megabytes = (rounds * bytes) / cpuSeconds / 1e6;
  console.log(`${name}: ${Math.round(rate).toLocaleString("en")} records/s, ${megabytes.toFixed(0)} MB/s of CPU time`);
}

const request = requestOf(RECORDS_PER_REQUEST);
const writer = new ByteWriter(request.length);
console.log(`${Math.round(request.length / RECORDS_PER_REQUEST)} bytes a record`);
measure("transcode", () => transcodeLogsJson(request, request.length, writer), RECORDS_PER_REQUEST, request.length);
measure(
  "transcode into a fresh buffer",
  () => transcodeLogsJson(request, request.length),
  RECORDS_PER_REQUEST,
  request.length,
);
measure(
  "JSON.parse alone, for comparison",
  () => JSON.parse(new TextDecoder().decode(request)),
  RECORDS_PER_REQUEST,
  request.length,
);
