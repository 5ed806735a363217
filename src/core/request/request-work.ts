import type { LogBatch } from "../../model/log-batch.ts";
import { IndexPass } from "../otlp/index/index-pass.ts";
import { createLogBatch } from "../otlp/index/log-batch.ts";
import type { BatchOutcome } from "../sampling/decide/batch-outcome.ts";
import { createOutcome } from "../sampling/decide/batch-outcome.ts";

/** Records decided in one go; between two slices of a larger request the event loop breathes. */
export const SLICE_RECORDS = 2048;

/** What one request needs on its way through the engine; pooled, because nearly every request is done in one go. */
export class RequestWork {
  readonly batch: LogBatch = createLogBatch(SLICE_RECORDS);
  readonly pass: IndexPass = new IndexPass();
  readonly #outcomes: BatchOutcome[] = [];

  /** Counts of slice number `slice`, made when first asked for. */
  outcome(slice: number): BatchOutcome {
    let outcome = this.#outcomes[slice];
    if (outcome === undefined) {
      outcome = createOutcome();
      this.#outcomes[slice] = outcome;
    }
    return outcome;
  }
}
