/**
 * Billed bytes by service since the start: uncompressed bytes of requests as they arrived (as protobuf, whatever the
 * sender's encoding) and as they were built: records with stamps, envelopes, summaries, context. The bytes of a request
 * are divided among its resources; nearly every request has one. Bounded by the rows of the service table.
 */
import type { SamplerView } from "../core/sampling/view.ts";
import type { DecisionColumns } from "../model/decision.ts";
import type { LogBatch } from "../model/log-batch.ts";

export class BilledBytes {
  readonly received: Float64Array;
  /** Bytes that an exporter is expected to build; really built bytes are known only for all services together. */
  readonly built: Float64Array;
  /** Records of released context: no decision kept them, so the service table does not count them. */
  readonly context: Float64Array;
  readonly #services: Pick<SamplerView, "serviceCapacity" | "serviceRowFor">;

  constructor(services: Pick<SamplerView, "serviceCapacity" | "serviceRowFor">) {
    this.#services = services;
    this.received = new Float64Array(services.serviceCapacity);
    this.built = new Float64Array(services.serviceCapacity);
    this.context = new Float64Array(services.serviceCapacity);
  }

  /** @param builtBytes bytes of the survivors, as the exporter is expected to regroup them */
  countRequest(batch: LogBatch, { keep }: DecisionColumns, builtBytes: number): void {
    let wireBytes = 0;
    let keptBytes = 0;
    for (let at = 0; at < batch.resourceCount; at++) wireBytes += wireBytesOf(batch, at);
    for (let i = 0; i < batch.recordCount; i++) if (keep[i] === 1) keptBytes += contentOf(batch, i);
    const perWireByte = wireBytes > 0 ? batch.length / wireBytes : 0;
    const perKeptByte = keptBytes > 0 ? builtBytes / keptBytes : 0;
    for (let i = 0; i < batch.recordCount; ) {
      const resource = resourceOf(batch, i);
      const service = batch.resources[resource]?.service ?? "";
      let kept = 0;
      for (; i < batch.recordCount && resourceOf(batch, i) === resource; i++) {
        if (keep[i] === 1) kept += contentOf(batch, i);
      }
      this.#add(this.received, service, perWireByte * wireBytesOf(batch, resource));
      this.#add(this.built, service, perKeptByte * kept);
    }
  }

  /** @param records number of records of each service in the payload */
  countContext(records: ReadonlyMap<string, number>, builtBytes: number): void {
    this.#countOwn(records, builtBytes);
    for (const [service, count] of records) this.#add(this.context, service, count);
  }

  /** @param rows number of rows of each service in the payload */
  countSummaries(rows: ReadonlyMap<string, number>, builtBytes: number): void {
    this.#countOwn(rows, builtBytes);
  }

  #countOwn(records: ReadonlyMap<string, number>, builtBytes: number): void {
    const total = sumOf([...records.values()]);
    for (const [service, count] of records) this.#add(this.built, service, (builtBytes * count) / total);
  }

  #add(column: Float64Array, service: string, amount: number): void {
    const row = this.#services.serviceRowFor(service);
    if (row !== undefined) column[row] = (column[row] ?? 0) + amount;
  }

  receivedTotal(): number {
    return sumOf(this.received);
  }

  builtTotal(): number {
    return sumOf(this.built);
  }

  /** Released context, records. */
  contextTotal(): number {
    return sumOf(this.context);
  }
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function wireBytesOf(batch: LogBatch, resource: number): number {
  const row = batch.resources[resource];
  return row === undefined ? 0 : row.end - row.start;
}

function contentOf(batch: LogBatch, i: number): number {
  return (batch.recordEnd[i] ?? 0) - (batch.recordStart[i] ?? 0);
}

function resourceOf(batch: LogBatch, i: number): number {
  return batch.scopes[batch.scope[i] ?? 0]?.resource ?? 0;
}
