/** The OTLP/HTTP client against a server that answers as the specification lets it (OTLP 1.x, "OTLP/HTTP Response"). */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createExporters } from "../../../src/exporters/create-exporters.ts";
import { MemoryQueue } from "../../../src/queue/memory-queue.ts";
import { ExportLogsServiceRequest, ExportLogsServiceResponse } from "../../kit/otlp/otlp-schema.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { REAL_ENVIRONMENT } from "../../kit/product/standin.ts";
import { queueEntry } from "../../kit/queue-entries.ts";
import { RecordingTelemetry } from "../../kit/recording-telemetry.ts";
import { SilentLogger } from "../../kit/silent-logger.ts";

interface Seen {
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly bodies: readonly string[];
}

async function exportTo(
  answer: (response: ServerResponse, request: number, records: number) => void,
  bodies: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<{ telemetry: RecordingTelemetry; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const received = bodiesOf(Buffer.concat(chunks));
      seen.push({ path: request.url, headers: request.headers, bodies: received });
      answer(response, seen.length, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const telemetry = new RecordingTelemetry();
  const queue = new MemoryQueue({ maxBytes: 2 ** 24 }, { env: REAL_ENVIRONMENT, ledger: telemetry.ledger });
  const [exporter] = createExporters(
    [
      {
        kind: "otlphttp",
        id: "otlphttp",
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`,
        headers,
        timeoutMs: 5000,
        compression: "gzip",
        maxRequestBytes: 100_000,
        maxBytesPerSecond: 0,
        flushIntervalMs: 10,
        maxConcurrency: 1,
      },
    ],
    { env: REAL_ENVIRONMENT, telemetry, logger: new SilentLogger(), queue, version: "1.2.3" },
  );
  const payload = buildRequest([{ records: bodies.map((body) => ({ body })) }]);
  telemetry.ledger.generated(bodies.length);
  queue.reserve(payload.byteLength + 2 * bodies.length)?.commit(queueEntry({ records: bodies.length, payload }));
  await exporter?.start();
  await exporter?.shutdown(new AbortController().signal);
  return { telemetry, seen };
}

function bodiesOf(body: Buffer): string[] {
  const request = ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(gunzipSync(body)));
  return request["resourceLogs"][0].scopeLogs[0].logRecords.map(
    (record: { body: { stringValue: string } }) => record.body.stringValue,
  );
}

describe("the otlphttp exporter", () => {
  it("posts gzipped protobuf under the endpoint, with the operator's headers and its name", async () => {
    const { seen, telemetry } = await exportTo((response) => response.end(), ["one", "two"], {
      "X-Tenant": "a",
      authorization: "Basic eA==",
    });

    expect(seen.map(({ path, bodies }) => [path, bodies])).toEqual([["/prefix/v1/logs", ["one", "two"]]]);
    expect(seen[0]?.headers).toMatchObject({
      "content-type": "application/x-protobuf",
      "content-encoding": "gzip",
      "user-agent": "lipservice/1.2.3",
      "x-tenant": "a",
      authorization: "Basic eA==",
    });
    expect(telemetry.ledger.snapshot()).toMatchObject({ forwarded: 2, error: 0 });
  });

  it("counts what a partial success refused, and sends nothing again", async () => {
    const partialSuccess = { rejectedLogRecords: 2, errorMessage: "too old" };
    const answer = ExportLogsServiceResponse.encode(ExportLogsServiceResponse.fromObject({ partialSuccess })).finish();
    const { seen, telemetry } = await exportTo(
      (response) => response.writeHead(200, { "content-type": "application/x-protobuf" }).end(answer),
      ["one", "two", "three"],
    );

    expect(seen.length).toBe(1);
    expect(telemetry.total("exportRecords", "otlphttp", "delivered")).toBe(1);
    expect(telemetry.total("exportRecords", "otlphttp", "rejected_by_destination")).toBe(2);
    expect(telemetry.ledger.snapshot()).toMatchObject({ forwarded: 3, dropped: 0, queued: 0, error: 0 });
  });

  it.each([429, 502, 503, 504])("sends again after %i", async (status) => {
    const { seen, telemetry } = await exportTo(
      (response, request) => response.writeHead(request === 1 ? status : 200).end(),
      ["one"],
    );

    expect(seen.map(({ bodies }) => bodies)).toEqual([["one"], ["one"]]);
    expect(telemetry.total("exportRetry", "otlphttp")).toBe(1);
    expect(telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, queued: 0, error: 0 });
  });

  it("splits on 413", async () => {
    const { seen, telemetry } = await exportTo(
      (response, _, records) => response.writeHead(records > 2 ? 413 : 200).end(),
      ["a", "b", "c", "d"],
    );

    expect(seen.map(({ bodies }) => bodies.length)).toEqual([4, 2, 2]);
    expect(telemetry.ledger.snapshot()).toMatchObject({ forwarded: 4, queued: 0, error: 0 });
  });
});
