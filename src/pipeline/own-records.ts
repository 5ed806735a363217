/**
 * Records that go out by no request of their own: summaries when they are due, and context when a trigger asks for it.
 * They find room in the queue or wait; a sender is never answered by what becomes of them.
 */
import type { ReleasedContext } from "../core/context/context-release.ts";
import type { HeldRequest } from "../core/context/context-ring.ts";
import type { RequestWork } from "../core/request/request-work.ts";
import type { SummaryRow } from "../core/summaries/summary-flush.ts";
import { encodeSummaries } from "../core/summaries/summary-payload.ts";
import { keepReasonCode } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { ExportQueue, QueueEntry, QueueReservation } from "../model/ports/queue.ts";
import { SEVERITY_TRACE } from "../model/severity.ts";
import type { AccountingDeps } from "./request-accounting.ts";

/** Reason and severity of a record, beside its payload. */
export const COLUMN_BYTES_PER_RECORD = 2;
const SUMMARY = keepReasonCode("summary");

export interface OwnRecordsDeps extends AccountingDeps {
  readonly queue: ExportQueue;
}

export class OwnRecords {
  readonly #deps: OwnRecordsDeps;

  constructor(deps: OwnRecordsDeps) {
    this.#deps = deps;
    deps.engine.onContextLeft((entry) => this.#contextLeft(entry));
  }

  /** Triggers among the records: what led to them is forwarded after all, once, with weight 0. */
  releaseContext(work: RequestWork, slices: number): void {
    const { engine, env } = this.#deps;
    const now = env.now();
    for (let slice = 0; slice < slices; slice++) {
      const { triggers, triggerCount } = work.outcome(slice);
      for (let at = 0; at < triggerCount; at++) {
        const released = engine.releaseContext(work.batch, triggers[at] ?? 0, now);
        if (released !== undefined) this.#forwardContext(released, now);
      }
    }
  }

  #forwardContext({ payload, reasons, severities, services }: ReleasedContext, now: Instant): void {
    const { queue, telemetry, engine, regroupRatio, billed } = this.#deps;
    const { ledger } = telemetry;
    ledger.held(-reasons.length);
    const reservation = queue.reserve(payload.length + COLUMN_BYTES_PER_RECORD * reasons.length);
    if (reservation === undefined) {
      for (const severity of severities) ledger.dropped("sampled_out", severity, 1);
      return;
    }
    ledger.kept("context", reasons.length);
    const billedBytes = payload.length * regroupRatio();
    engine.spend(billedBytes);
    billed.countContext(services, billedBytes);
    store(reservation, { payload, reasons, severities, receivedWallMs: now.wallMs }, () => {
      for (const severity of severities) ledger.dropped("queue_full", severity, 1);
    });
  }

  /** A request left the ring: what it still held is sampled out for good. */
  #contextLeft({ bySeverity, heldRecords }: HeldRequest): void {
    const { ledger } = this.#deps.telemetry;
    if (heldRecords === 0) return;
    ledger.held(-heldRecords);
    for (const [severity, records] of bySeverity.entries()) {
      if (records > 0) ledger.dropped("sampled_out", severity, records);
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
      engine.returnSummaries(rows);
      return;
    }
    telemetry.ledger.generated(rows.length);
    telemetry.ledger.kept("summary", rows.length);
    const billedBytes = payload.length * regroupRatio();
    engine.spend(billedBytes);
    billed.countSummaries(rowsByService(rows), billedBytes);
    const reasons = new Uint8Array(rows.length).fill(SUMMARY);
    const severities = new Uint8Array(rows.length).fill(SEVERITY_TRACE);
    store(reservation, { payload, reasons, severities, receivedWallMs: now.wallMs }, () => {
      telemetry.ledger.dropped("queue_full", SEVERITY_TRACE, rows.length);
    });
  }
}

function rowsByService(rows: readonly SummaryRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { service } of rows) counts.set(service, (counts.get(service) ?? 0) + 1);
  return counts;
}

/** @param lost called when the queue could not keep its promise */
function store(reservation: QueueReservation, entry: QueueEntry, lost: () => void): void {
  try {
    reservation.commit(entry)?.catch(lost);
  } catch {
    lost();
  }
}
