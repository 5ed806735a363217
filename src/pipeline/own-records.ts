/**
 * Records that are forwarded without a request: summaries when they are due, and context when a trigger releases it.
 * When the queue is full, summaries wait and context is dropped; no answer to a sender depends on them.
 */
import type { ReleasedContext } from "../core/context/context-release.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { SummaryRow } from "../core/summaries/summary-flush.ts";
import { encodeSummaries } from "../core/summaries/summary-payload.ts";
import type { DropReason } from "../model/decision.ts";
import { keepReasonCode } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { ExportQueue, QueueEntry, QueueReservation } from "../model/ports/queue.ts";
import { SEVERITY_TRACE } from "../model/severity.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { BilledBytes } from "./billed-bytes.ts";

/** Bytes of a record's reason and severity in a queue entry, besides the payload. */
export const COLUMN_BYTES_PER_RECORD = 2;
const SUMMARY = keepReasonCode("summary");

export interface OwnRecordsDeps {
  readonly engine: Engine;
  readonly queue: ExportQueue;
  readonly telemetry: Telemetry;
  readonly billed: BilledBytes;
  /** Built request bytes per queued byte, as the exporters measure it. */
  readonly regroupRatio: () => number;
}

export class OwnRecords {
  readonly #deps: OwnRecordsDeps;

  constructor(deps: OwnRecordsDeps) {
    this.#deps = deps;
  }

  /** Forwards released context, once, with weight 0. */
  forwardContexts(contexts: readonly ReleasedContext[], now: Instant): void {
    for (const context of contexts) this.#forwardContext(context, now);
  }

  /** The ledger counts the records as held until the queue has stored or lost them. */
  #forwardContext({ payload, reasons, severities, services }: ReleasedContext, now: Instant): void {
    const { queue, telemetry, engine, regroupRatio, billed } = this.#deps;
    const { ledger } = telemetry;
    const drop = (reason: DropReason): void => {
      ledger.held(-reasons.length);
      for (const severity of severities) ledger.dropped(reason, severity, 1);
    };
    const reservation = queue.reserve(payload.length + COLUMN_BYTES_PER_RECORD * reasons.length);
    if (reservation === undefined) {
      drop("sampled_out");
      return;
    }
    const billedBytes = payload.length * regroupRatio();
    engine.spend(billedBytes);
    billed.countContext(services, billedBytes);
    store(
      reservation,
      { payload, reasons, severities, receivedWallMs: now.wallMs },
      {
        stored: () => {
          ledger.held(-reasons.length);
          ledger.kept("context", reasons.length);
        },
        lost: () => drop("queue_full"),
      },
    );
  }

  /** Counts the records that left the context ring unreleased as sampled out. */
  settleContext(): void {
    const { engine, telemetry } = this.#deps;
    const bySeverity = engine.takeSampledOut();
    if (bySeverity === undefined) return;
    for (const [severity, records] of bySeverity.entries()) {
      if (records === 0) continue;
      telemetry.ledger.held(-records);
      telemetry.ledger.dropped("sampled_out", severity, records);
    }
  }

  /** Sends the summaries that are due; all of them when `force`. */
  flushSummaries(now: Instant, force: boolean): void {
    const { engine, queue, telemetry, regroupRatio, billed } = this.#deps;
    const rows = engine.flushSummaries(now, force);
    if (rows.length === 0) return;
    const payload = encodeSummaries(rows, now.wallMs);
    const reservation = queue.reserve(payload.length + COLUMN_BYTES_PER_RECORD * rows.length);
    if (reservation === undefined) {
      engine.requeueSummaries(rows);
      return;
    }
    const billedBytes = payload.length * regroupRatio();
    engine.spend(billedBytes);
    billed.countSummaries(rowsByService(rows), billedBytes);
    const reasons = new Uint8Array(rows.length).fill(SUMMARY);
    const severities = new Uint8Array(rows.length).fill(SEVERITY_TRACE);
    const { ledger } = telemetry;
    store(
      reservation,
      { payload, reasons, severities, receivedWallMs: now.wallMs },
      {
        stored: () => {
          ledger.generated(rows.length);
          ledger.kept("summary", rows.length);
        },
        lost: () => {
          ledger.generated(rows.length);
          ledger.dropped("queue_full", SEVERITY_TRACE, rows.length);
        },
      },
    );
  }
}

function rowsByService(rows: readonly SummaryRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { service } of rows) counts.set(service, (counts.get(service) ?? 0) + 1);
  return counts;
}

/** One of the two is called, once, when the queue has stored or lost the records; the ledger counts them then. */
interface Outcome {
  readonly stored: () => void;
  readonly lost: () => void;
}

function store(reservation: QueueReservation, entry: QueueEntry, { stored, lost }: Outcome): void {
  let pending: void | Promise<void>;
  try {
    pending = reservation.commit(entry);
  } catch {
    lost();
    return;
  }
  if (pending === undefined) stored();
  else void pending.then(stored, lost);
}
