/** The accounts that expected bytes are booked to. */
import type { TokenBucket } from "../budget/token-bucket.ts";
import type { SliceCounts } from "./slice-counts.ts";
import { ACCOUNTS_MAX } from "./slice-counts.ts";

/**
 * Where expected bytes are booked. Every step opens its accounts once; a slice sums Σ p·bytes by account, and settling and
 * undoing it are loops over them. Expected bytes never depend on a draw.
 */
export interface Account {
  /** Unique among all accounts. */
  readonly name: string;
  /** The bucket that pays; undefined: the balance alone does. */
  readonly bucket: TokenBucket | undefined;
  readonly kind: AccountKind;
}

export type AccountKind =
  /** The budget pays, and the plan knows the rate: draws, ERRORs that fit, floors, summaries that pass through. */
  | "planned"
  /** The budget pays, and no plan foresees it: first lines, promoted traces, capped records. */
  | "unforeseen"
  /** A user asked for it: the budget pays while it has a balance. */
  | "pinned"
  /** Forwarded on top of the budget because a user said so. */
  | "beyond";

export class Accounts {
  readonly #rows: Account[] = [];

  /** @returns the number of the account: index into `SliceCounts.charged` */
  open(row: Account): number {
    if (this.#rows.length === ACCOUNTS_MAX) throw new RangeError(`Open account ${row.name}: ${ACCOUNTS_MAX} are open`);
    return this.#rows.push(row) - 1;
  }

  /** Number of an account that a step has opened. */
  numberOf(name: string): number {
    const number = this.#rows.findIndex((row) => row.name === name);
    if (number < 0) throw new RangeError(`Find account ${name}: no step has opened it`);
    return number;
  }

  /** Charges the buckets. */
  charge({ charged }: SliceCounts): void {
    for (const [account, { bucket }] of this.#rows.entries()) bucket?.charge(charged[account]);
  }

  /** Gives back what an undone slice was charged. */
  credit({ charged }: SliceCounts): void {
    for (const [account, { bucket }] of this.#rows.entries()) bucket?.credit(charged[account]);
  }

  /** Bytes that the budget pays. */
  paid(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => kind === "planned" || kind === "unforeseen" || isPaidPin(kind, counts));
  }

  /** Bytes that the budget pays and no plan foresees, pins apart. */
  unforeseen(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => kind === "unforeseen");
  }

  /** Bytes of pins that the budget pays. */
  pinned(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => isPaidPin(kind, counts));
  }

  /** Bytes forwarded on top of the budget. */
  beyond(counts: SliceCounts): number {
    return this.#sum(counts, (kind) => kind === "beyond" || (kind === "pinned" && counts.arePinsOverBudget));
  }

  /** Steps are made from the last to the first, so the sum runs backwards: in the order of decision. */
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
