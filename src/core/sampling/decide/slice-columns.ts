/** What decisions need of each record of the slice at hand, by its position in the slice. Grows to the largest slice. */
const FIRST_RECORDS = 2048;

export class SliceColumns {
  /** Arrival index in the window of its pattern. */
  arrival: Uint32Array = new Uint32Array(FIRST_RECORDS);
  /** Keyed hash of its trace id. */
  traceHash: Uint32Array = new Uint32Array(FIRST_RECORDS);
  /** Top 32 bits of R, where it was drawn. */
  random: Uint32Array = new Uint32Array(FIRST_RECORDS);

  reserve(records: number): void {
    if (this.arrival.length >= records) return;
    this.arrival = new Uint32Array(records);
    this.traceHash = new Uint32Array(records);
    this.random = new Uint32Array(records);
  }
}
