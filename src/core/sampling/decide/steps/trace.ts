/**
 * Keep reason `trace`: lines of a promoted trace, of which an ERROR was kept with p = 1, are kept while the quota for
 * such traces lasts.
 */
import type { TokenBucket } from "../../budget/token-bucket.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { TRACE } from "../reason-codes.ts";
import type { TracePromotion } from "../trace-promotion.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./step.ts";
import { keeps, passesOn } from "./step.ts";

export class TraceStep implements KeepStep {
  readonly isForSpecial: boolean = false;
  readonly #next: DecisionStep;
  readonly #promotion: TracePromotion;
  readonly #bucket: TokenBucket;
  readonly #account: number;

  constructor(
    next: DecisionStep,
    { promotion, buckets, accounts }: Pick<StepParts, "promotion" | "buckets" | "accounts">,
  ) {
    this.#next = next;
    this.#promotion = promotion;
    this.#bucket = buckets.trace;
    this.#account = accounts.open({ name: "traces", bucket: buckets.trace, kind: "unforeseen" });
  }

  begin({ monoMs }: DecidingSlice): boolean {
    return this.#promotion.isAny(monoMs);
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    const { batch, charged, monoMs } = slice;
    const at = batch.traceStart[i];
    if (
      at === 0 ||
      slice.capProbability < 1 ||
      !this.#isPaid(bytes, charged[this.#account]) ||
      !this.#promotion.isHashPromoted(slice.traceHash[i - slice.from], batch.bytes, at, monoMs)
    ) {
      this.#next.decide(slice, i, row, bytes);
      return;
    }
    slice.probability[i] = 1;
    slice.reason[i] = TRACE;
    charged[this.#account] += bytes;
  }

  #isPaid(bytes: number, charged: number): boolean {
    return this.#bucket.level - charged >= bytes;
  }

  undo({ reason }: DecidingSlice, i: number): boolean {
    return reason[i] === TRACE;
  }

  /** Undefined: the pattern does not determine which of its lines the step decides. */
  standing(): undefined {
    return undefined;
  }

  explain({ batch, record, now, bytes, capProbability, cap }: ExplainedLine): Explanation {
    const at = batch.traceStart[record];
    if (at === 0) return passesOn("trace", "the record has no trace id");
    if (!this.#promotion.isPromoted(batch.bytes, at, now.monoMs)) {
      return passesOn("trace", "no ERROR of its trace was kept whole in the last minute");
    }
    if (capProbability < 1)
      return passesOn("trace", "an ERROR of its trace was kept, but the rule's bucket is less than half full", cap);
    if (this.#isPaid(bytes, 0)) return keeps("trace", 1, "an ERROR of its trace was kept");
    return passesOn("trace", "an ERROR of its trace was kept, but the quota for such traces is used up");
  }
}
