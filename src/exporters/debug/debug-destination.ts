/** One line of our own log a batch: how many records, how many bytes, kept for which reasons. Never a body. */
import { KEEP_REASONS } from "../../model/decision.ts";
import type { Logger } from "../../model/ports/logger.ts";
import type { Destination, Outcome, OutgoingRequest } from "../sending/destination.ts";

export class DebugDestination implements Destination {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  send(request: OutgoingRequest): Promise<Outcome> {
    const counts = request.countReasons();
    const reasons: Record<string, number> = {};
    for (const [code, reason] of KEEP_REASONS.entries()) {
      const records = counts[code] ?? 0;
      if (records > 0) reasons[reason] = records;
    }
    this.#logger.info({ records: request.recordCount, bytes: request.bytes.byteLength, reasons }, "exported a batch");
    return Promise.resolve({ kind: "accepted", code: "OK", rejectedRecords: 0 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
