/**
 * Bytes that summaries may take of the budget. They accrue as a share of what the budget grants, and rows spend them
 * at their estimated size. While a flush waits for them, the buckets of coming records widen, so that rows become fewer.
 */

/** Encoded size of a row without its template, bytes. */
export const ROW_BYTES = 340;
const BUCKET_WIDTHS_MS: readonly number[] = [60_000, 300_000, 900_000, 3_600_000];

export class SummaryAllowance {
  readonly #share: number;
  #bytes = 0;
  #grantedSeen = 0;
  /** Index of the bucket width in force. */
  #width = 0;

  /** @param share of the granted bytes, 0 to 1 */
  constructor(share: number) {
    this.#share = share;
  }

  /**
   * @param granted bytes granted to the budget since start; Infinity: no budget
   * @returns bytes that came in for summaries since the last call
   */
  accrue(granted: number): number {
    const isUnlimited = !Number.isFinite(granted);
    const share = isUnlimited ? granted : this.#share * Math.max(0, granted - this.#grantedSeen);
    this.#bytes = isUnlimited ? Number.POSITIVE_INFINITY : this.#bytes + share;
    this.#grantedSeen = granted;
    return share;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** What costs more than there is takes all of it: the estimate of a size makes no debt. */
  spend(bytes: number): void {
    this.#bytes = Math.max(0, this.#bytes - bytes);
  }

  /** Whether so many rows can be paid, their templates not counted. */
  pays(rows: number): boolean {
    return rows * ROW_BYTES <= this.#bytes;
  }

  /** Rows that can be paid, at least one. */
  get affordableRows(): number {
    return Math.max(1, Math.floor(this.#bytes / ROW_BYTES));
  }

  /**
   * The longer a flush has to wait, the wider the buckets of the records that arrive from now on.
   * @returns the new width in milliseconds, or undefined where it stays
   */
  widen(waitedMs: number): number | undefined {
    const wider = BUCKET_WIDTHS_MS[this.#width + 1];
    if (wider === undefined || waitedMs < wider / 2) return undefined;
    this.#width++;
    return wider;
  }

  /** After a flush is paid. @param sentRows rows of that flush @returns as `widen` */
  narrow(sentRows: number): number | undefined {
    const narrower = BUCKET_WIDTHS_MS[this.#width - 1];
    const current = BUCKET_WIDTHS_MS[this.#width];
    if (narrower === undefined || current === undefined) return undefined;
    // A narrower bucket brings more rows by the ratio of the widths; twice as many must fit the rest of the allowance.
    if (sentRows * ROW_BYTES * (current / narrower) * 2 > this.#bytes) return undefined;
    this.#width--;
    return narrower;
  }
}

/** Estimated size of rows with their templates. */
export function bytesOf(rows: readonly { readonly template: string | undefined }[]): number {
  return rows.reduce((sum, row) => sum + rowBytes(row), 0);
}

export function rowBytes({ template }: { readonly template: string | undefined }): number {
  return ROW_BYTES + (template?.length ?? 0);
}
