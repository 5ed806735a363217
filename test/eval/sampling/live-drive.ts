/**
 * The product's engine as the live pipeline drives it, under the world's clock: requests of OTLP bytes in, decisions and
 * billed bytes out. What is billed is counted on the requests that the exporter would build, once a second.
 */
import { engineSettings } from "../../../src/assembly/engine-settings.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { nodeConfigHost } from "../../../src/config/node-config-host.ts";
import { Engine } from "../../../src/core/engine/engine.ts";
import type { RequestTransaction } from "../../../src/core/engine/request-transaction.ts";
import type { SummaryRow } from "../../../src/core/summaries/summary-flush.ts";
import { encodeSummaries } from "../../../src/core/summaries/summary-payload.ts";
import type { DecisionColumns } from "../../../src/model/decision.ts";
import type { Instant } from "../../../src/model/instant.ts";
import type { LogBatch } from "../../../src/model/log-batch.ts";
import { BilledExport } from "../../../src/replay/billed-export.ts";

/** The product as a user starts it: everything at its default but what is told. @param seed of its draws */
export async function engineWith(overrides: readonly string[], seed: number): Promise<Engine> {
  const loaded = await loadConfig({ sources: [], overrides: [...overrides], purpose: "offline" }, nodeConfigHost({}));
  if (!loaded.ok) throw new Error(`the scoreboard's configuration is not valid: ${overrides.join(", ")}`);
  const key = Uint8Array.from({ length: 16 }, (_, i) => (Math.imul(seed + 1, 0x9e3779b1) >>> (i % 4)) * (i + 1));
  return new Engine(
    engineSettings(loaded.config, { fallbackKey: key, instance: seed, origin: "eval" }, Number.POSITIVE_INFINITY),
  );
}

/** A request that was decided, with its survivors as an ExportLogsServiceRequest where there are any. */
export interface FedRequest {
  readonly batch: LogBatch;
  readonly decisions: DecisionColumns;
  readonly payload: Uint8Array | undefined;
}

export class LiveDrive {
  readonly engine: Engine;
  summaryBytes = 0;
  summaryRows = 0;
  contextRecords = 0;
  #last: RequestTransaction | undefined;
  readonly #export: BilledExport;
  readonly #summarised: (rows: readonly SummaryRow[]) => void;
  #now: Instant = { monoMs: 0, wallMs: 0 };

  /**
   * @param billed called with the bytes of every request to the destination, and the time of its making
   * @param summarised called with the rows of every flush
   */
  constructor(
    engine: Engine,
    billed: (bytes: number, wallMs: number) => void,
    summarised: (rows: readonly SummaryRow[]) => void = () => {},
  ) {
    this.engine = engine;
    this.#summarised = summarised;
    this.#export = new BilledExport((bytes) => {
      engine.spend(bytes);
      billed(bytes, this.#now.wallMs);
    });
  }

  /** Decides a request as one slice. @returns what became of it, valid until the next call */
  feed(bytes: Uint8Array, length: number, timeMs: number): FedRequest {
    this.tick(timeMs);
    this.#last?.end();
    const transaction = this.engine.begin(bytes.subarray(0, length), { trusted: false, peer: 0 });
    this.#last = transaction;
    while (!transaction.index());
    transaction.step(this.#now, Number.POSITIVE_INFINITY);
    const payload = transaction.survivors()?.payload;
    if (payload !== undefined) this.#export.add(payload, this.#now.monoMs);
    for (const released of transaction.commit(this.#now, 0).contexts) {
      this.contextRecords += released.reasons.length;
      this.#export.add(released.payload, this.#now.monoMs);
    }
    return { batch: transaction.batch, decisions: transaction.decisions, payload };
  }

  /** Lets time pass: what the pipeline's timer does. */
  tick(timeMs: number): void {
    this.#now = { monoMs: timeMs, wallMs: timeMs };
    this.#export.advance(timeMs);
    this.engine.advance(this.#now, 0);
    this.#sendSummaries(this.engine.flushSummaries(this.#now, false));
  }

  finish(): void {
    this.#sendSummaries(this.engine.flushSummaries(this.#now, true));
    this.#export.flush();
  }

  #sendSummaries(rows: readonly SummaryRow[]): void {
    if (rows.length === 0) return;
    this.#summarised(rows);
    const payload = encodeSummaries(rows, this.#now.wallMs);
    this.summaryRows += rows.length;
    this.summaryBytes += payload.length;
    this.#export.add(payload, this.#now.monoMs);
  }
}
