/** What was planted, as the world knows it: the truth that a sampler's output is judged by. */
import type { IncidentKind, PlantedIncident } from "./traffic.ts";

/** A demo of hours plants one every ten seconds; older ones are forgotten. */
const MAX_INCIDENTS = 2_000;

interface MutableIncident extends PlantedIncident {
  lines: number;
  firstMs: number;
  lastMs: number;
  contextLines: number;
  readonly traceIds: string[];
}

export interface IncidentIdentity {
  readonly kind: IncidentKind;
  readonly service: string;
  readonly cycle: number;
  readonly markers: readonly string[];
}

export class PlantedIncidents {
  readonly #byId: Map<string, MutableIncident> = new Map();
  readonly #inOrder: MutableIncident[] = [];

  /** A live view, in the order of their first line. */
  get all(): readonly PlantedIncident[] {
    return this.#inOrder;
  }

  /** A line of the incident was written: one with a marker, or an ordinary line of its trace. */
  planted(identity: IncidentIdentity, timeMs: number, marked: boolean, traceId: string | undefined): void {
    const incident = this.#open(identity);
    if (traceId !== undefined && !incident.traceIds.includes(traceId)) incident.traceIds.push(traceId);
    if (!marked) {
      incident.contextLines++;
      return;
    }
    incident.lines++;
    incident.firstMs = Math.min(incident.firstMs, timeMs);
    incident.lastMs = Math.max(incident.lastMs, timeMs);
  }

  #open({ kind, service, cycle, markers }: IncidentIdentity): MutableIncident {
    const id = `${kind}-${cycle + 1}`;
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const incident: MutableIncident = {
      id,
      kind,
      service,
      markers,
      lines: 0,
      firstMs: Number.POSITIVE_INFINITY,
      lastMs: 0,
      contextLines: 0,
      traceIds: [],
    };
    this.#byId.set(id, incident);
    this.#inOrder.push(incident);
    if (this.#inOrder.length > MAX_INCIDENTS) this.#byId.delete(this.#inOrder.shift()?.id ?? "");
    return incident;
  }
}
