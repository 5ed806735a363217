/** What the sampler asks of the pattern table. */
export interface PatternDirectory {
  id(row: number): string;
  service(row: number): string;
  severityClass(row: number): number;
  /** The pattern's text for people. */
  template(row: number): string;
  /** True when the pattern is no news: it came with the policy document, or is a better name of patterns before it. */
  known(row: number): boolean;
  /** True when it came with the policy document: it is never young. */
  isSeeded(row: number): boolean;
  /** Keyed hash of service, severity class and template: the same whenever the pattern comes back. */
  hash(row: number): PatternHash;
}

/** Two lanes of 32 bits. */
export interface PatternHash {
  readonly first: number;
  readonly second: number;
}
