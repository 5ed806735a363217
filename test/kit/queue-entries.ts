/** Queue entries for tests: records of chosen reasons and severities over a payload of any bytes. */
import type { KeepReason } from "../../src/model/decision.ts";
import { keepReasonCode } from "../../src/model/decision.ts";
import type { QueueEntry } from "../../src/model/ports/queue.ts";
import { SEVERITY_INFO } from "../../src/model/severity.ts";

export interface EntryShape {
  readonly records: number;
  /** Default: as many zero bytes as there are records. */
  readonly payload?: Uint8Array;
  readonly reason?: KeepReason;
  readonly severity?: number;
  readonly receivedWallMs?: number;
}

export function queueEntry(shape: EntryShape): QueueEntry {
  return {
    payload: shape.payload ?? new Uint8Array(shape.records),
    reasons: new Uint8Array(shape.records).fill(keepReasonCode(shape.reason ?? "sampled")),
    severities: new Uint8Array(shape.records).fill(shape.severity ?? SEVERITY_INFO),
    receivedWallMs: shape.receivedWallMs ?? 0,
  };
}
