/** What summaries ask of the pattern table. */
export interface SummaryDirectory {
  /** Published id. */
  id(row: number): string;
  service(row: number): string;
  template(row: number): string;
}
