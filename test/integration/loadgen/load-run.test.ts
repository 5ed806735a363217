/** The load generator against receivers on real sockets: what it sends, how it retries, and that its ledger closes. */
import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import type { LoadReport } from "../../../tools/loadgen/client-ledger.ts";
import { startLoad } from "../../../tools/loadgen/load-run.ts";
import type { LoadOptions } from "../../../tools/loadgen/settings.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import { decodeLogsRequest } from "../../kit/otlp/otlp-message.ts";
import { ExportLogsServiceResponse } from "../../kit/otlp/otlp-schema.ts";
import { grpcReceiverForTest } from "../../kit/product/grpc-receiver.ts";
import { REAL_ENVIRONMENT, standinForTest } from "../../kit/product/standin.ts";

/** Ten requests of 100 records, small and fast. */
const SMALL = {
  batchRecords: 100,
  maxRecords: 1_000,
  recordsPerSecond: 0,
  poolBytes: 1_000_000,
  headers: { authorization: `Bearer ${STANDIN_TOKEN}` },
} as const;

function load(options: LoadOptions): Promise<LoadReport> {
  return startLoad({ ...SMALL, ...options }, REAL_ENVIRONMENT).finished;
}

function http(standin: Standin) {
  return [{ transport: "http", endpoint: standin.url } as const];
}

function expectClosed({ records }: LoadReport): void {
  const { offered, accepted, rejected, refused, abandoned } = records;
  expect(accepted + rejected + refused + abandoned).toBe(offered);
}

describe("over HTTP", () => {
  it.each([
    ["protobuf", false],
    ["protobuf", true],
    ["json", false],
    ["json", true],
  ] as const)("delivers %s (gzip %s) that the destination can store", async (encoding, gzip) => {
    const standin = await standinForTest();

    const report = await load({ targets: http(standin), encoding, gzip });

    expect(report.records).toMatchObject({ offered: 1_000, accepted: 1_000 });
    expect(report.attempts).toEqual({ ok: 10 });
    const { records, bytes, timestampsOverridden } = standin.stats();
    expect(records.stored).toBe(1_000);
    expect(timestampsOverridden).toBe(0);
    expect(report.acceptedBytes).toBe(bytes.decoded);
    expect(bytes.wire < bytes.decoded).toBe(gzip);
    expect(new Set(standin.rows().map((row) => row.body)).size).toBe(1_000);
  });

  it("retries what may be retried, waits as it is told, and counts what may have come twice", async () => {
    const standin = await standinForTest();
    standin.setFaults([
      { fault: { kind: "status", status: 503, retryAfter: { seconds: 0.01 } }, times: 3 },
      { fault: { kind: "status", status: 502 }, times: 1 },
      { fault: { kind: "reset_after_body", stored: true }, times: 2 },
    ]);

    const report = await load({ targets: http(standin), connections: 1 });

    expectClosed(report);
    expect(report.records.accepted).toBe(1_000);
    expect(report.retries).toBe(6);
    expect(report.attempts).toMatchObject({ ok: 10, "503": 3, "502": 1 });
    expect(report.maybeDuplicated).toBe(200);
    expect(standin.stats().records.stored).toBe(1_200);
  });

  it("gives up a request that is refused for good, and goes on", async () => {
    const standin = await standinForTest();
    standin.setFaults([{ fault: { kind: "status", status: 400 }, after: 2, times: 3 }]);

    const report = await load({ targets: http(standin), connections: 2 });

    expectClosed(report);
    expect(report.records).toMatchObject({ accepted: 700, refused: 300 });
    expect(report.retries).toBe(0);
  });

  it("abandons what nobody answers when the run ends", async () => {
    const standin = await standinForTest();
    standin.setFaults([{ fault: { kind: "hang" } }]);

    const report = await load({ targets: http(standin), connections: 3, durationMs: 50, drainMs: 50 });

    expectClosed(report);
    expect(report.records).toMatchObject({ offered: 300, accepted: 0, abandoned: 300 });
  });

  it("is refused a connection without losing count", async () => {
    const standin = await standinForTest();
    await standin.refuseConnections();

    const report = await load({ targets: http(standin), connections: 2, patienceMs: 150 });

    expectClosed(report);
    expect(report.records.abandoned).toBe(1_000);
    expect(report.maybeDuplicated).toBe(0);
    expect(Object.keys(report.attempts)).toEqual(["ECONNREFUSED"]);
  });
});

describe("over gRPC", () => {
  it("delivers raw requests with its headers, compressed or not", async () => {
    for (const gzip of [false, true]) {
      const receiver = await grpcReceiverForTest(() => new Uint8Array(0));

      const report = await load({
        targets: [{ transport: "grpc", endpoint: receiver.endpoint }],
        gzip,
        headers: { "x-tenant": "shop" },
      });

      expect(report.records).toMatchObject({ offered: 1_000, accepted: 1_000 });
      expect(receiver.requests).toHaveLength(10);
      expect(receiver.requests[0]!.metadata.get("x-tenant")).toEqual(["shop"]);
      const first = decodeLogsRequest(receiver.requests[0]!.body).resourceLogs[0]!;
      expect(first.scopeLogs![0]!.logRecords).toHaveLength(100);
    }
  });

  it("believes partial successes and follows the table of retryable codes", async () => {
    const partial = ExportLogsServiceResponse.fromObject({ partialSuccess: { rejectedLogRecords: 40 } });
    const answers = [
      { code: status.UNAVAILABLE, retryDelaySeconds: 0.01 },
      { code: status.RESOURCE_EXHAUSTED, retryDelaySeconds: 0.01 },
      ExportLogsServiceResponse.encode(partial).finish(),
      { code: status.RESOURCE_EXHAUSTED },
      { code: status.INVALID_ARGUMENT },
    ];
    const receiver = await grpcReceiverForTest((request) => answers[request] ?? new Uint8Array(0));

    const report = await load({ targets: [{ transport: "grpc", endpoint: receiver.endpoint }], connections: 1 });

    expectClosed(report);
    expect(report.records).toMatchObject({ accepted: 760, rejected: 40, refused: 200 });
    expect(report.retries).toBe(2);
    expect(report.attempts).toEqual({ UNAVAILABLE: 1, RESOURCE_EXHAUSTED: 2, INVALID_ARGUMENT: 1, ok: 8 });
    expect(report.maybeDuplicated).toBe(0);
  });

  it("abandons calls that are never answered when the run ends", async () => {
    const receiver = await grpcReceiverForTest(() => undefined);
    const targets = [{ transport: "grpc", endpoint: receiver.endpoint }] as const;

    const report = await load({ targets, connections: 2, durationMs: 100, drainMs: 50 });

    expectClosed(report);
    expect(report.records).toMatchObject({ offered: 200, abandoned: 200 });
  });
});

describe("from the incidents world", () => {
  it("spreads what services say over all targets and ends with its duration", async () => {
    const standin = await standinForTest();
    const receiver = await grpcReceiverForTest(() => new Uint8Array(0));
    const targets = [{ transport: "grpc", endpoint: receiver.endpoint } as const, ...http(standin)];

    const report = await load({
      targets,
      world: "incidents",
      recordsPerSecond: 400,
      maxRecords: 1e9,
      durationMs: 1_200,
    });

    expectClosed(report);
    expect(report.records.accepted).toBe(report.records.offered);
    expect(report.records.skipped).toBe(0);
    expect(standin.stats().records.stored).toBeGreaterThan(0);
    expect(receiver.requests.length).toBeGreaterThan(0);
    expect(Object.keys(standin.stats().records.storedByService).length).toBeGreaterThan(5);
  });
});

describe("options", () => {
  it.each([
    [{ targets: [] }, "no target"],
    [
      { targets: [{ transport: "grpc", endpoint: "127.0.0.1:1" }], encoding: "json" },
      "json over grpc, wanted protobuf",
    ],
    [
      { targets: [{ transport: "http", endpoint: "localhost:4318x" }], world: "incidents", recordsPerSecond: 0 },
      "rate",
    ],
    [{ targets: [{ transport: "http", endpoint: "//nowhere" }] }, "wanted a URL"],
    [
      { targets: [{ transport: "http", endpoint: "http://a" }], batchRecords: 0, connections: 0 },
      "connections 0, wanted at least 1",
    ],
    [{ targets: [{ transport: "http", endpoint: "http://a" }], recordsPerSecond: -1 }, "rate -1"],
  ] satisfies [LoadOptions, string][])("that cannot be run are refused with all their flaws: %j", (options, flaw) => {
    expect(() => startLoad(options, REAL_ENVIRONMENT)).toThrow(flaw);
  });
});
