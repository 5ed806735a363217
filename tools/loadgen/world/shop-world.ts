/**
 * A shop under way: visitors whose requests pass through a dozen services, services that talk to themselves, a rhythm
 * of day and night, and in every cycle each of the incidents of incident-script.ts.
 */

import { BatchCollector } from "./batch-collector.ts";
import type { IncidentScript } from "./incident-script.ts";
import { incidentScripts } from "./incident-script.ts";
import { LineTemplate } from "./line-template.ts";
import { PlantedIncidents } from "./planted-incidents.ts";
import { SeededRandom, WeightedPicker } from "./seeded-random.ts";
import type { ServiceLine, ServiceProfile } from "./service-profile.ts";
import { BACK_SERVICES } from "./shop-back.ts";
import { SHOP_FLOWS } from "./shop-flows.ts";
import { FRONT_SERVICES } from "./shop-front.ts";
import { SLICE_MS, TimeSlices } from "./time-slices.ts";
import type { PlantedIncident, SeverityName, TrafficBatch, TrafficResource, World } from "./traffic.ts";
import { SEVERITY_NUMBERS } from "./traffic.ts";
import type { WorldSettings } from "./world-settings.ts";

/** Of ordinary records; the rest is written outside of requests. */
const REQUEST_SHARE = 0.75;
/** Lines one service writes for one request, on average. */
const LINES_PER_HOP = 1.6;
const DAY_SWING = 0.3;
const LINES_PER_VISIT: number =
  (LINES_PER_HOP * SHOP_FLOWS.reduce((sum, flow) => sum + flow.weight * flow.services.length, 0)) /
  SHOP_FLOWS.reduce((sum, flow) => sum + flow.weight, 0);

interface RunningService {
  readonly profile: ServiceProfile;
  readonly resources: readonly TrafficResource[];
  readonly requestLines: LineChoice;
  readonly ambientLines: LineChoice;
}

/** The lines of a list, ready to be drawn and rendered. */
interface LineChoice {
  readonly lines: readonly { readonly severity: SeverityName; readonly template: LineTemplate }[];
  readonly picker: WeightedPicker;
  readonly totalWeight: number;
}

interface Line {
  readonly severity: SeverityName;
  readonly text: string;
  readonly timeMs: number;
  readonly traceId: string;
}

export class ShopWorld implements World {
  readonly #seed: string;
  readonly #settings: WorldSettings;
  readonly #services: ReadonlyMap<string, RunningService>;
  readonly #pickFlow: WeightedPicker = new WeightedPicker(SHOP_FLOWS.map((flow) => flow.weight));
  readonly #pickAmbient: WeightedPicker;
  readonly #scripts: readonly IncidentScript[] = incidentScripts();
  readonly #planted: PlantedIncidents = new PlantedIncidents();
  readonly #slices: TimeSlices = new TimeSlices();
  readonly #collector: BatchCollector;

  constructor(seed: string, settings: WorldSettings) {
    this.#seed = seed;
    this.#settings = settings;
    const services = [...FRONT_SERVICES, ...BACK_SERVICES].map((profile) => runService(profile, seed));
    this.#services = new Map(services.map((service) => [service.profile.name, service]));
    this.#pickAmbient = new WeightedPicker(services.map((service) => service.ambientLines.totalWeight));
    this.#collector = new BatchCollector(settings.maxBatchRecords);
  }

  next(nowMs: number, elapsedMs: number): TrafficBatch[] {
    for (const slice of this.#slices.due(nowMs, elapsedMs)) {
      const random = new SeededRandom(this.#seed, "slice", slice.index);
      const day = 1 + DAY_SWING * Math.sin((2 * Math.PI * slice.index * SLICE_MS) / this.#settings.dayMs);
      const expected = (this.#settings.recordsPerSecond * day * SLICE_MS) / 1000;
      this.#visitors(expected * REQUEST_SHARE, slice.endMs, random);
      this.#murmur(expected * (1 - REQUEST_SHARE), slice.endMs, random);
      for (const script of this.#scripts) this.#play(script, slice.index, slice.endMs);
    }
    return this.#collector.take();
  }

  incidents(): readonly PlantedIncident[] {
    return this.#planted.all;
  }

  /** Requests of visitors, each with a trace of its own. */
  #visitors(expected: number, endMs: number, random: SeededRandom): void {
    const visits = random.poisson(expected / LINES_PER_VISIT);
    for (let visit = 0; visit < visits; visit++) {
      const flow = SHOP_FLOWS[this.#pickFlow.pick(random)];
      const traceId = random.hex(32);
      const startMs = endMs - random.between(1, SLICE_MS);
      for (const name of flow?.services ?? []) {
        const service = this.#services.get(name);
        const lines = 1 + random.poisson(LINES_PER_HOP - 1);
        for (let i = 0; i < lines && service !== undefined; i++) {
          this.#write(service, drawLine(service.requestLines, random, startMs, traceId), random);
        }
      }
    }
  }

  /** What services write without being asked. */
  #murmur(expected: number, endMs: number, random: SeededRandom): void {
    const services = [...this.#services.values()];
    const count = random.poisson(expected);
    for (let i = 0; i < count; i++) {
      const service = services[this.#pickAmbient.pick(random)];
      if (service === undefined) continue;
      const line = drawLine(service.ambientLines, random, endMs - random.between(1, SLICE_MS), "");
      this.#write(service, line, random);
    }
  }

  #play(script: IncidentScript, sliceIndex: number, endMs: number): void {
    const { cycleMs, recordsPerSecond } = this.#settings;
    const beginMs = sliceIndex * SLICE_MS;
    const cycle = Math.floor(beginMs / cycleMs);
    const place = (ms: number) => ((ms - cycle * cycleMs) / cycleMs - script.begins) / (script.ends - script.begins);
    const from = place(beginMs);
    const to = place(beginMs + SLICE_MS);
    if (to <= 0 || from >= 1) return;
    const random = new SeededRandom(this.#seed, script.kind, sliceIndex);
    const identity = { kind: script.kind, service: script.service, cycle, markers: script.markers(cycle) };
    const slice = { seed: this.#seed, cycle, from, to, seconds: SLICE_MS / 1000, baseRate: recordsPerSecond, random };
    for (const planted of script.lines(slice)) {
      const service = this.#services.get(planted.service);
      if (service === undefined) continue;
      const ordinary = drawLine(service.requestLines, random, endMs - 1, planted.traceId ?? "");
      const { severity, text = ordinary.text } = planted;
      this.#write(service, { ...ordinary, severity, text }, random);
      this.#planted.planted(identity, ordinary.timeMs, planted.marked, planted.traceId);
    }
  }

  #write(service: RunningService, line: Line, random: SeededRandom): void {
    const resource = random.pick(service.resources);
    const thread = { key: "thread.name", value: `worker-${random.below(16)}` };
    const request = { key: "http.request.id", value: random.hex(16) };
    this.#collector.add(resource, {
      timeMs: line.timeMs,
      severityNumber: SEVERITY_NUMBERS[line.severity],
      severityText: line.severity,
      body: line.text,
      attributes: line.traceId === "" ? [thread] : [thread, request],
      traceId: line.traceId,
      spanId: line.traceId === "" ? "" : random.hex(16),
    });
  }
}

function drawLine(choice: LineChoice, random: SeededRandom, timeMs: number, traceId: string): Line {
  const chosen = choice.lines[choice.picker.pick(random)];
  return { severity: chosen?.severity ?? "INFO", text: chosen?.template.render(random) ?? "", timeMs, traceId };
}

function runService(profile: ServiceProfile, seed: string): RunningService {
  const resources = Array.from({ length: profile.pods }, (_, pod) =>
    podResource(profile, new SeededRandom(seed, profile.name, pod)),
  );
  const { requestLines, ambientLines } = profile;
  return { profile, resources, requestLines: lineChoice(requestLines), ambientLines: lineChoice(ambientLines) };
}

function lineChoice(lines: readonly ServiceLine[]): LineChoice {
  const weights = lines.map((line) => line.weight);
  return {
    lines: lines.map(({ severity, text }) => ({ severity, template: new LineTemplate(text) })),
    picker: new WeightedPicker(weights),
    totalWeight: weights.reduce((sum, weight) => sum + weight, 0),
  };
}

function podResource(profile: ServiceProfile, random: SeededRandom): TrafficResource {
  return {
    service: profile.name,
    scopeName: `shop.${profile.name}`,
    attributes: [
      { key: "service.name", value: profile.name },
      { key: "service.version", value: profile.version },
      { key: "service.namespace", value: "shop" },
      { key: "deployment.environment.name", value: "production" },
      { key: "k8s.pod.name", value: `${profile.name}-${random.hex(8)}-${random.hex(5)}` },
      { key: "telemetry.sdk.language", value: profile.language },
    ],
  };
}
