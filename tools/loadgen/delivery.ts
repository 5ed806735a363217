/** Gets one request acknowledged: retries what may be retried, with growing pauses and never before it was told to. */
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../src/model/environment.ts";
import type { ClientLedger } from "./client-ledger.ts";
import type { LoadRequest } from "./requests/request-source.ts";
import type { Sender, SendOutcome } from "./requests/sender.ts";

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

export interface DeliveryParts {
  readonly sender: Sender;
  readonly ledger: ClientLedger;
  readonly environment: Environment;
  /** From the first attempt on; then the request is abandoned. */
  readonly patienceMs: number;
  /** Aborts when nobody waits any more. */
  readonly giveUp: AbortSignal;
}

/** Resolves when the request is settled and its records are on exactly one line of the ledger. */
export async function deliver(request: LoadRequest, parts: DeliveryParts): Promise<void> {
  const { sender, ledger, environment, patienceMs, giveUp } = parts;
  const firstMs = environment.now().monoMs;
  ledger.offered(request.records);
  for (let attempt = 1; ; attempt++) {
    const startedMs = environment.now().monoMs;
    const outcome = await sender.send(request);
    const endedMs = environment.now().monoMs;
    ledger.attempted(outcome, request.records, endedMs - startedMs);
    if (outcome.kind === "accepted") {
      ledger.accepted(request.records, outcome.rejectedRecords, request.plain.length);
      return;
    }
    if (outcome.kind === "refused" && !outcome.retryable) {
      ledger.refused(request.records);
      return;
    }
    const pauseMs = pauseBefore(outcome, attempt, environment.jitter());
    const patient = endedMs + pauseMs - firstMs <= patienceMs;
    if (!patient || giveUp.aborted || !(await paused(pauseMs, giveUp))) {
      ledger.abandoned(request.records);
      return;
    }
    ledger.retried();
  }
}

/**
 * What the receiver asked for is a minimum; without a word from it the pause doubles, with jitter over its second half.
 */
function pauseBefore(outcome: SendOutcome, attempt: number, jitter: number): number {
  const backOff = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)) * (0.5 + 0.5 * jitter);
  const asked = outcome.kind === "refused" ? outcome.retryAfterMs : undefined;
  return asked === undefined ? backOff : asked * (1 + 0.1 * jitter);
}

async function paused(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
