/**
 * Faults on request: a list of rules, the first that applies to a request decides. Draws are seeded and happen in the
 * order of arrival, so a run with one connection repeats exactly.
 */

export type RetryAfter =
  | { readonly seconds: number }
  /** An HTTP-date this many seconds from now; negative for the past. */
  | { readonly dateInSeconds: number }
  /** Sent as it is, to see what a sender makes of nonsense. */
  | { readonly raw: string };

export type Fault =
  /** Answers without looking at the request, as a load balancer does. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: RetryAfter; readonly body?: string }
  /** Waits, then goes on as if nothing were. */
  | { readonly kind: "delay"; readonly delayMs: number }
  /** Reads the request and never answers. */
  | { readonly kind: "hang" }
  /** Resets the connection when the headers are in. */
  | { readonly kind: "reset_before_body" }
  /** Resets when the body is in; with `stored` the request took effect and only its answer is lost. */
  | { readonly kind: "reset_after_body"; readonly stored: boolean }
  /** Takes the request, then resets in the middle of the answer. */
  | { readonly kind: "reset_mid_response" };

export interface FaultRule {
  readonly fault: Fault;
  /** Requests it applies to before it is spent. Default: no end. */
  readonly times?: number;
  /** Requests it lets pass first. Default 0. */
  readonly after?: number;
  /** Chance of applying to a request, 0..1. Default 1. */
  readonly probability?: number;
}

interface ArmedRule {
  readonly rule: FaultRule;
  toPass: number;
  left: number;
}

export class FaultPlan {
  #armed: ArmedRule[] = [];
  #randomState: number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#randomState = seed;
  }

  /** Replaces all rules and starts the draws over. */
  set(rules: readonly FaultRule[]): void {
    this.#randomState = this.#seed;
    this.#armed = rules.map((rule) => ({
      rule,
      toPass: rule.after ?? 0,
      left: rule.times ?? Number.POSITIVE_INFINITY,
    }));
  }

  /** The rules as set, without what is spent. */
  rules(): readonly FaultRule[] {
    return this.#armed.filter((armed) => armed.left > 0).map((armed) => armed.rule);
  }

  /** The fault of the next request, if any. */
  next(): Fault | undefined {
    for (const armed of this.#armed) {
      if (armed.left <= 0) continue;
      if (armed.toPass > 0) {
        armed.toPass--;
        continue;
      }
      const probability = armed.rule.probability ?? 1;
      if (probability < 1 && this.#random() >= probability) continue;
      armed.left--;
      return armed.rule.fault;
    }
    return undefined;
  }

  /** mulberry32, uniform in [0, 1). */
  #random(): number {
    this.#randomState = (this.#randomState + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#randomState ^ (this.#randomState >>> 15), this.#randomState | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** Value of the Retry-After header. */
export function retryAfterText(retryAfter: RetryAfter, nowMs: number): string {
  if ("seconds" in retryAfter) return String(retryAfter.seconds);
  if ("raw" in retryAfter) return retryAfter.raw;
  return new Date(nowMs + retryAfter.dateInSeconds * 1000).toUTCString();
}
