/**
 * Plain load: 20 services with 40 templates each, chosen by Zipf, records of about 280 bytes with five attributes,
 * every variable part fresh. Two thirds of the records belong to traces of about eight.
 */
import { BatchCollector } from "./batch-collector.ts";
import { LineTemplate } from "./line-template.ts";
import { SeededRandom, WeightedPicker, zipfWeights } from "./seeded-random.ts";
import { SLICE_MS, TimeSlices } from "./time-slices.ts";
import type { SeverityName, TrafficBatch, TrafficRecord, TrafficResource, World } from "./traffic.ts";
import { SEVERITY_NUMBERS } from "./traffic.ts";
import type { WorldSettings } from "./world-settings.ts";

const SERVICES = 20;
const TEMPLATES_PER_SERVICE = 40;
const RECORDS_PER_TRACE = 8;

const SUBJECTS = ["order", "invoice", "parcel", "session", "basket", "refund", "voucher", "ticket", "report", "quote"];
const VERBS = ["accepted", "stored", "forwarded", "matched", "expired", "indexed", "merged", "released"];
const TAILS = [
  "for user {user} in {ms} ms via {host}",
  "after {n} attempts, correlation {uuid}",
  "from {ip}:{port}, {bytes} bytes, checksum {hex}",
  "by worker {n} at offset {count} of partition {n} ({seconds} s)",
  "with status {n} and amount {amount} {currency}",
] as const;

interface Line {
  readonly severity: SeverityName;
  readonly template: LineTemplate;
  readonly functionName: string;
}

interface Service {
  readonly resource: TrafficResource;
  readonly lines: readonly Line[];
}

export class SimpleWorld implements World {
  readonly #seed: string;
  readonly #recordsPerSlice: number;
  readonly #services: readonly Service[];
  readonly #pickService: WeightedPicker = new WeightedPicker(zipfWeights(SERVICES, 0.8));
  readonly #pickLine: WeightedPicker = new WeightedPicker(zipfWeights(TEMPLATES_PER_SERVICE, 1.1));
  readonly #slices: TimeSlices = new TimeSlices();
  readonly #collector: BatchCollector;

  constructor(seed: string, settings: WorldSettings) {
    this.#seed = seed;
    this.#recordsPerSlice = (settings.recordsPerSecond * SLICE_MS) / 1000;
    this.#services = Array.from({ length: SERVICES }, (_, index) =>
      makeService(new SeededRandom(seed, "service", index), index),
    );
    this.#collector = new BatchCollector(settings.maxBatchRecords);
  }

  next(nowMs: number, elapsedMs: number): TrafficBatch[] {
    for (const slice of this.#slices.due(nowMs, elapsedMs)) {
      const random = new SeededRandom(this.#seed, "slice", slice.index);
      const count = random.poisson(this.#recordsPerSlice);
      for (let i = 0; i < count; i++) {
        const service = this.#services[this.#pickService.pick(random)];
        if (service !== undefined)
          this.#collector.add(service.resource, this.#record(service, slice.endMs, "", random));
      }
    }
    return this.#collector.take();
  }

  /** One batch of exactly `count` records of one service: what a request pool is filled with. */
  batch(index: number, count: number, nowMs: number): TrafficBatch {
    const random = new SeededRandom(this.#seed, "batch", index);
    const service = this.#services[this.#pickService.pick(random)] ?? makeService(random, 0);
    let traceId = "";
    const records = Array.from({ length: count }, (_, position) => {
      if (position % RECORDS_PER_TRACE === 0) traceId = random.chance(2 / 3) ? random.hex(32) : "";
      return this.#record(service, nowMs, traceId, random);
    });
    return { resource: service.resource, records };
  }

  incidents(): readonly [] {
    return [];
  }

  #record(service: Service, timeMs: number, traceId: string, random: SeededRandom): TrafficRecord {
    const line = service.lines[this.#pickLine.pick(random)];
    const severity = line?.severity ?? "INFO";
    return {
      timeMs,
      severityNumber: SEVERITY_NUMBERS[severity],
      severityText: severity,
      body: line?.template.render(random) ?? "",
      attributes: [
        { key: "code.function.name", value: line?.functionName ?? "" },
        { key: "thread.id", value: random.between(10, 99) },
        { key: "request.id", value: random.hex(16) },
        { key: "enduser.id", value: String(random.between(100_000, 9_999_999)) },
        { key: "cache.hit", value: random.chance(0.7) },
      ],
      traceId,
      spanId: traceId === "" ? "" : random.hex(16),
    };
  }
}

function makeService(random: SeededRandom, index: number): Service {
  const service = `service-${String(index).padStart(2, "0")}`;
  const lines = Array.from({ length: TEMPLATES_PER_SERVICE }, (_, rank): Line => {
    const subject = random.pick(SUBJECTS);
    const verb = random.pick(VERBS);
    // The rank makes equal draws distinct templates.
    const code = String.fromCharCode(97 + (rank % 26), 97 + Math.floor(rank / 26), 97 + random.below(26));
    return {
      severity: severityOf(rank),
      template: new LineTemplate(`${subject} {order} ${verb} ${code} ${random.pick(TAILS)}`),
      functionName: `${subject}.${verb}`,
    };
  });
  const attributes = [
    { key: "service.name", value: service },
    { key: "service.version", value: `1.${random.below(20)}.0` },
    { key: "host.name", value: `node-${random.hex(5)}` },
  ];
  return { resource: { service, attributes, scopeName: "app.logger" }, lines };
}

/** Frequent templates are INFO and DEBUG; a WARN and an ERROR sit in the tail. */
function severityOf(rank: number): SeverityName {
  if (rank === TEMPLATES_PER_SERVICE - 1) return "ERROR";
  if (rank >= TEMPLATES_PER_SERVICE - 4) return "WARN";
  return rank % 3 === 1 ? "DEBUG" : "INFO";
}
