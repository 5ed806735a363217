/** What every kind of exporter promises, checked over one row a kind: a new kind is added here and inherits the tests. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createExporters } from "../../../src/exporters/create-exporters.ts";
import type { ExporterSettings } from "../../../src/exporters/exporter-settings.ts";
import type { Exporter } from "../../../src/model/ports/exporter.ts";
import { MemoryQueue } from "../../../src/queue/memory-queue.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { REAL_ENVIRONMENT, standinForTest } from "../../kit/product/standin.ts";
import { queueEntry } from "../../kit/queue-entries.ts";
import { RecordingTelemetry } from "../../kit/recording-telemetry.ts";
import { SilentLogger } from "../../kit/silent-logger.ts";

type Kind = ExporterSettings["kind"];

interface Setting {
  readonly settings: ExporterSettings;
  /** How many records arrived there. */
  readonly arrived: () => Promise<number>;
}

const COMMON = { flushIntervalMs: 20, maxRequestBytes: 2000, maxConcurrency: 2 };
const HTTP = { timeoutMs: 5000, compression: "gzip", maxBytesPerSecond: 0 } as const;

const KINDS: Readonly<Record<Kind, (logger: SilentLogger) => Promise<Setting>>> = {
  posthog: async () => {
    const standin = await standinForTest();
    const key = { apiKey: STANDIN_TOKEN, apiKeyFile: "" };
    return {
      settings: { kind: "posthog", id: "posthog", host: standin.url, ...key, ...COMMON, ...HTTP },
      arrived: () => Promise.resolve(standin.stats().records.stored),
    };
  },
  otlphttp: async () => {
    const standin = await standinForTest();
    const headers = { Authorization: `Bearer ${STANDIN_TOKEN}` };
    return {
      settings: { kind: "otlphttp", id: "otlphttp", endpoint: standin.url, headers, ...COMMON, ...HTTP },
      arrived: () => Promise.resolve(standin.stats().records.stored),
    };
  },
  file: async () => {
    const folder = await mkdtemp(join(tmpdir(), "lipservice-exporter-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "out.jsonl");
    return {
      settings: { kind: "file", id: "file", path, maxFileBytes: 0, maxBackups: 0, ...COMMON },
      arrived: async () => (await readFile(path, "utf8")).match(/"body":/g)?.length ?? 0,
    };
  },
  debug: (logger) =>
    Promise.resolve({
      settings: { kind: "debug", id: "debug", ...COMMON },
      arrived: () =>
        Promise.resolve(
          logger.lines
            .filter((line) => line.fields["exporter"] === "debug" && line.message === "exported a batch")
            .reduce((sum, line) => sum + Number(line.fields["records"]), 0),
        ),
    }),
};
const EVERY_KIND = Object.keys(KINDS).filter((kind): kind is Kind => kind in KINDS);

interface Bench {
  readonly exporters: readonly Exporter[];
  readonly queue: MemoryQueue;
  readonly telemetry: RecordingTelemetry;
  readonly arrived: readonly (() => Promise<number>)[];
  put(entries: number, recordsEach: number): void;
}

async function benchOf(kinds: readonly Kind[]): Promise<Bench> {
  const logger = new SilentLogger();
  const telemetry = new RecordingTelemetry();
  const queue = new MemoryQueue({ maxBytes: 2 ** 26 }, { env: REAL_ENVIRONMENT, ledger: telemetry.ledger });
  const made = await Promise.all(kinds.map((kind) => KINDS[kind](logger)));
  const exporters = createExporters(
    made.map((one) => one.settings),
    { env: REAL_ENVIRONMENT, telemetry, logger, queue, version: "test" },
  );
  const put = (entries: number, recordsEach: number): void => {
    for (let entry = 0; entry < entries; entry++) {
      const records = Array.from({ length: recordsEach }, (_, index) => ({ body: `entry ${entry} line ${index}` }));
      const payload = buildRequest([{ resource: { "service.name": "checkout" }, records }]);
      telemetry.ledger.generated(recordsEach);
      queue.reserve(payload.byteLength + 2 * recordsEach)?.commit(queueEntry({ records: recordsEach, payload }));
    }
  };
  return { exporters, queue, telemetry, arrived: made.map((one) => one.arrived), put };
}

const NEVER = new AbortController().signal;

describe.each(EVERY_KIND)("the %s exporter", (kind) => {
  it("delivers everything before its shutdown resolves, in requests of a bounded size", async () => {
    const { exporters, queue, telemetry, arrived, put } = await benchOf([kind]);
    const [exporter] = exporters;
    await queue.start();
    await exporter?.start();
    put(50, 20);
    await exporter?.shutdown(NEVER);
    await queue.shutdown(NEVER);

    expect(await arrived[0]?.()).toBe(1000);
    expect(exporter?.id).toBe(kind);
    expect(exporter?.state).toMatchObject({ mode: "stopped", inFlight: 0, consecutiveFailures: 0 });
    expect(telemetry.total("exportRecords", kind, "delivered")).toBe(1000);
    expect(telemetry.total("exportRequest", kind)).toBeGreaterThan(10);
    expect(telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1000, dropped: 0, queued: 0, error: 0 });
  });

  it("sends on its own while it runs", async () => {
    const { exporters, telemetry, arrived, put } = await benchOf([kind]);
    const [exporter] = exporters;
    await exporter?.start();
    put(1, 3);
    while (telemetry.ledger.snapshot().queued > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(exporter?.health?.()).toEqual({ state: "ok" });
    await exporter?.shutdown(NEVER);

    expect(await arrived[0]?.()).toBe(3);
  });

  it("can be shut down before start, and twice", async () => {
    const { exporters } = await benchOf([kind]);
    const [exporter] = exporters;
    await exporter?.shutdown(NEVER);
    await exporter?.shutdown(NEVER);

    expect(exporter?.state.mode).toBe("stopped");
  });

  it("leaves to the queue what an aborted shutdown could not send", async () => {
    const { exporters, queue, telemetry, put } = await benchOf([kind]);
    await exporters[0]?.start();
    put(5, 4);
    await exporters[0]?.shutdown(AbortSignal.abort());
    await queue.shutdown(AbortSignal.abort());
    const { forwarded, dropped, queued, error } = telemetry.ledger.snapshot();

    expect([forwarded + dropped, queued, error]).toEqual([20, 0, 0]);
  });
});

describe("the file exporter", () => {
  it("writes one request at a time, in order, whatever concurrency it is told", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lipservice-exporter-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "out.jsonl");
    const { queue, put } = await benchOf([]);
    const besides = new Set<number | undefined>();
    class WatchingTelemetry extends RecordingTelemetry {
      override exportRequest(id: string, code: string): void {
        super.exportRequest(id, code);
        besides.add(exporter?.state.inFlight);
      }
    }
    const settings = { maxFileBytes: 0, maxBackups: 0, ...COMMON, maxRequestBytes: 200, maxConcurrency: 8 };
    const [exporter] = createExporters([{ kind: "file", id: "file", path, ...settings }], {
      env: REAL_ENVIRONMENT,
      telemetry: new WatchingTelemetry(),
      logger: new SilentLogger(),
      queue,
      version: "test",
    });
    await exporter?.start();
    put(200, 1);
    await exporter?.shutdown(NEVER);
    const order = [...(await readFile(path, "utf8")).matchAll(/"entry (\d+) line 0"/g)].map((match) =>
      Number(match[1]),
    );

    expect(order).toEqual(Array.from({ length: 200 }, (_, entry) => entry));
    expect([...besides]).toEqual([0]);
  });
});

describe("several exporters", () => {
  it("each get every record, which is counted once", async () => {
    const { exporters, queue, telemetry, arrived, put } = await benchOf(EVERY_KIND);
    await queue.start();
    for (const exporter of exporters) await exporter.start();
    put(30, 10);
    for (const exporter of exporters) await exporter.shutdown(NEVER);
    await queue.shutdown(NEVER);

    expect(await Promise.all(arrived.map((count) => count()))).toEqual(EVERY_KIND.map(() => 300));
    expect(telemetry.ledger.snapshot()).toMatchObject({ forwarded: 300, dropped: 0, queued: 0, error: 0 });
  });
});
