/**
 * Accounts of expected bytes. Every step opens its accounts once; a slice sums Σ p·bytes by account, and settling or
 * undoing the slice is a loop over the accounts. Expected bytes never depend on a draw. Bound: ACCOUNTS_MAX accounts.
 */
import type { TokenBucket } from "../budget/token-bucket.ts";
import type { SliceCounts } from "./slice-counts.ts";
import { ACCOUNTS_MAX } from "./slice-counts.ts";

export interface Account {
  /** Unique among all accounts. */
  readonly name: string;
  /** The bucket that pays; undefined: only the balance is charged. */
  readonly bucket: TokenBucket | undefined;
  readonly kind: AccountKind;
}

export type AccountKind =
  /** The budget pays, and the plan knows the rate: draws, ERRORs that fit, floors, summaries that pass through. */
  | "planned"
  /** The budget pays, and the plan does not know the rate: first lines, promoted traces, capped records. */
  | "unforeseen"
  /** A rule pins the records: the budget pays while the balance is positive. */
  | "pinned"
  /** Over budget: a bypass or observe mode forwards the records in any case. */
  | "overBudget";

export class Accounts {
  readonly #rows: Account[] = [];

  /** @returns the number of the account: index into `SliceCounts.charged` */
  open(row: Account): number {
    if (this.#rows.length === ACCOUNTS_MAX) throw new RangeError(`Open account ${row.name}: ${ACCOUNTS_MAX} are open`);
    return this.#rows.push(row) - 1;
  }

  /** @returns the number of an account that is open */
  numberOf(name: string): number {
    const number = this.#rows.findIndex((row) => row.name === name);
    if (number < 0) throw new RangeError(`Find account ${name}: no step has opened it`);
    return number;
  }

  /** Charges the buckets with what a slice is expected to cost. */
  charge({ charged }: SliceCounts): void {
    for (const [account, { bucket }] of this.#rows.entries()) bucket?.charge(charged[account]);
  }

  /** Credits the buckets with what an undone slice was charged. */
  credit({ charged }: SliceCounts): void {
    for (const [account, { bucket }] of this.#rows.entries()) bucket?.credit(charged[account]);
  }

  /** Bytes that the budget pays. */
  paid(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => kind === "planned" || kind === "unforeseen" || isPaidPin(kind, counts));
  }

  /** Bytes that the budget pays and the plan does not know, without pins. */
  unforeseen(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => kind === "unforeseen");
  }

  /** Bytes of pins that the budget pays. */
  pinned(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => isPaidPin(kind, counts));
  }

  /** Bytes that are forwarded over budget. */
  overBudget(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => kind === "overBudget" || (kind === "pinned" && counts.arePinsOverBudget));
  }

  /**
   * Accounts are opened from the last step to the first; the sum runs backwards and so keeps the order of decision, on
   * which the rounding of the sum depends.
   */
  #sum({ charged }: SliceCounts, counts: (kind: AccountKind) => boolean): number {
    let bytes = 0;
    for (let account = this.#rows.length - 1; account >= 0; account--) {
      if (counts(this.#rows[account].kind)) bytes += charged[account];
    }
    return bytes;
  }
}

function isPaidPin(kind: AccountKind, counts: SliceCounts): boolean {
  return kind === "pinned" && !counts.arePinsOverBudget;
}
