/**
 * The contract of an anomaly detector. A detector looks at one live pattern when a tick visits it, and says by how much
 * the pattern deviates from what is ordinary of it. What an anomaly is worth is decided elsewhere: the burst quota draws
 * anomalous patterns out of a share of their own.
 *
 * A detector is pure: no clock, no randomness; it reads the pattern state and the rates, and changes neither. State of its
 * own is bounded: a few floats a row, in typed arrays of the table's length.
 *
 * Its scope is one pattern. A detector of another scope (a service, a sender) gets a contract and a table of its own in
 * this folder, asked once for each service in a tick; this contract does not change for it.
 */
export interface Detector {
  /** Name of the kind of anomaly, unique in the registry. */
  readonly kind: string;
  /**
   * @param row a live pattern whose rates this tick has brought up to date
   * @param overloadRatio rate over baseline of the pattern's service, or of its sender if that is higher; at least 1
   * @returns 0 for an ordinary pattern, otherwise its distance from the ordinary in standard deviations, above 0
   */
  scoreOf(row: number, overloadRatio: number): number;
}
