/** Bytes kept over budget since the start, by cause: the source of over_budget_bytes_total. */
export const OVER_BUDGET_CAUSES = ["rule", "bypass"] as const;
export type OverBudgetCause = (typeof OVER_BUDGET_CAUSES)[number];

export class OverBudget {
  readonly #bytes: Record<OverBudgetCause, number> = { rule: 0, bypass: 0 };

  add(cause: OverBudgetCause, bytes: number): void {
    this.#bytes[cause] += bytes;
  }

  bytes(): Readonly<Record<OverBudgetCause, number>> {
    return this.#bytes;
  }
}
