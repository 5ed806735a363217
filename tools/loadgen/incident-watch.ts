/**
 * Reads what the destination stored and finds the planted incidents in it, by service, words and time, as a person
 * would. Also adds up the weights of the kept records, which must say how many there were. Constant memory per
 * incident.
 */
import type { PlantedIncident } from "./world/traffic.ts";

/** What is read of a stored row; the stand-in's rows have it. */
export interface KeptRow {
  readonly service_name: string;
  readonly body: string;
  readonly event_name: string;
  /** Unix microseconds. */
  readonly timestamp: number;
  /** Base64. */
  readonly trace_id: string;
  /** JSON texts by key. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface IncidentVerdict {
  readonly incident: PlantedIncident;
  /** A line of every marker was kept. */
  readonly caught: boolean;
  /** Markers of which no line was kept. */
  readonly missed: readonly string[];
  readonly keptLines: number;
  /** Ordinary lines kept of the incident's traces. */
  readonly keptContext: number;
}

export interface KeptTotals {
  /** Records of the senders, whatever their weight. */
  readonly records: number;
  /** How many the weights say there were. */
  readonly weightSum: number;
  /** Kept with weight 0: they explain others and count for nobody. */
  readonly context: number;
  /** Summaries and events that the sidecar made itself. */
  readonly generated: number;
}

const WEIGHT = "lipservice.weight";
const OWN_EVENTS = "lipservice.";
/** Timestamps lose their nanoseconds on the way, and incidents know milliseconds. */
const WINDOW_SLACK_MS = 2;

interface Tally {
  readonly markers: Set<string>;
  lines: number;
  context: number;
}

export class IncidentWatch {
  readonly #incidents: () => readonly PlantedIncident[];
  readonly #tallies: WeakMap<PlantedIncident, Tally> = new WeakMap();
  #records = 0;
  #weightSum = 0;
  #context = 0;
  #generated = 0;

  /** @param incidents the world's live view */
  constructor(incidents: () => readonly PlantedIncident[]) {
    this.#incidents = incidents;
  }

  observe(row: KeptRow): void {
    if (row.event_name.startsWith(OWN_EVENTS)) {
      this.#generated++;
      return;
    }
    const weight = weightOf(row);
    this.#records++;
    this.#weightSum += weight;
    if (weight === 0) this.#context++;
    for (const incident of this.#incidents()) this.#match(incident, row);
  }

  totals(): KeptTotals {
    return {
      records: this.#records,
      weightSum: this.#weightSum,
      context: this.#context,
      generated: this.#generated,
    };
  }

  /** Of every incident planted so far, in the order of their first line. */
  verdicts(): IncidentVerdict[] {
    const begun = this.#incidents().filter((incident) => incident.lines > 0);
    return begun.map((incident) => {
      const tally = this.#tallies.get(incident);
      const missed = incident.markers.filter((marker) => tally?.markers.has(marker) !== true);
      return {
        incident,
        caught: missed.length === 0,
        missed,
        keptLines: tally?.lines ?? 0,
        keptContext: tally?.context ?? 0,
      };
    });
  }

  #match(incident: PlantedIncident, row: KeptRow): void {
    const marker = markerIn(incident, row);
    const inTrace = incident.traceIds.length > 0 && incident.traceIds.includes(hexOf(row.trace_id));
    if (marker === undefined && !inTrace) return;
    const tally = this.#tallies.get(incident) ?? { markers: new Set(), lines: 0, context: 0 };
    this.#tallies.set(incident, tally);
    if (marker === undefined) tally.context++;
    else {
      tally.lines++;
      tally.markers.add(marker);
    }
  }
}

/**
 * The incident's words, said by its service while it went on: an ordinary pattern that bursts has them at all times.
 */
function markerIn(incident: PlantedIncident, row: KeptRow): string | undefined {
  if (row.service_name !== incident.service) return undefined;
  const timeMs = row.timestamp / 1000;
  if (timeMs < incident.firstMs - WINDOW_SLACK_MS || timeMs > incident.lastMs + WINDOW_SLACK_MS) return undefined;
  return incident.markers.find((marker) => row.body.includes(marker));
}

function weightOf(row: KeptRow): number {
  const text = row.attributes[WEIGHT];
  const weight = text === undefined ? 1 : Number(text);
  return Number.isFinite(weight) ? weight : 1;
}

function hexOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
