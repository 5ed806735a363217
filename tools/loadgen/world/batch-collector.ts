/** Sorts records by where they come from and hands them out as batches of bounded size. */
import type { TrafficBatch, TrafficRecord, TrafficResource } from "./traffic.ts";

export class BatchCollector {
  readonly #maxRecords: number;
  readonly #byResource: Map<TrafficResource, TrafficRecord[]> = new Map();

  /** @param maxRecords of one batch, at least 1 */
  constructor(maxRecords: number) {
    this.#maxRecords = maxRecords;
  }

  /** @param resource the same object for the same resource */
  add(resource: TrafficResource, record: TrafficRecord): void {
    const records = this.#byResource.get(resource);
    if (records === undefined) this.#byResource.set(resource, [record]);
    else records.push(record);
  }

  /** Everything added since the last call; of one resource in the order of time. */
  take(): TrafficBatch[] {
    const batches: TrafficBatch[] = [];
    for (const [resource, records] of this.#byResource) {
      records.sort((a, b) => a.timeMs - b.timeMs);
      for (let start = 0; start < records.length; start += this.#maxRecords) {
        batches.push({ resource, records: records.slice(start, start + this.#maxRecords) });
      }
    }
    this.#byResource.clear();
    return batches;
  }
}
