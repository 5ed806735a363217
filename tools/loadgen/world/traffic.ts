/** What a world says: records grouped as SDKs send them, one resource and one scope a batch. */

export interface AttributePair {
  readonly key: string;
  readonly value: string | number | boolean;
}

export interface TrafficResource {
  readonly service: string;
  /** All of the resource's attributes, service.name among them. */
  readonly attributes: readonly AttributePair[];
  readonly scopeName: string;
}

export interface TrafficRecord {
  /** Unix milliseconds. */
  readonly timeMs: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: readonly AttributePair[];
  /** 32 hex digits, empty without a trace. */
  readonly traceId: string;
  /** 16 hex digits, empty without a span. */
  readonly spanId: string;
}

export interface TrafficBatch {
  readonly resource: TrafficResource;
  /** Not empty. */
  readonly records: readonly TrafficRecord[];
}

/**
 * A planted incident, as its world knows it. Nothing of this is on the wire: lines are recognised by words of their own
 * text, as a person reading the destination would.
 */
export interface PlantedIncident {
  /** Unique in the world: kind and cycle. */
  readonly id: string;
  readonly kind: IncidentKind;
  readonly service: string;
  /** Words of the incident's lines. It was caught when for each of them a line was kept. */
  readonly markers: readonly string[];
  /** Lines with a marker planted so far; 0 while only ordinary lines of its trace were. */
  readonly lines: number;
  /** Times of the first and the last of them, unix milliseconds; infinity and 0 before the first. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of a failing trace: its ids in hex, and how many ordinary lines belong to them. */
  readonly traceIds: readonly string[];
  readonly contextLines: number;
}

export const INCIDENT_KINDS = ["error_storm", "rare_failure", "slow_burn", "burst", "deploy", "failing_trace"] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** Deterministic traffic: the same seed and the same calls give the same records, whatever the machine does. */
export interface World {
  /**
   * Everything due since the last call.
   * @param nowMs unix milliseconds that the newest records carry
   * @param elapsedMs since the world began; never goes back
   */
  next(nowMs: number, elapsedMs: number): TrafficBatch[];
  /** A live view of the incidents that began, oldest first; a long run forgets old ones. */
  incidents(): readonly PlantedIncident[];
}

/** Of SeverityNumber, by the name that applications write. */
export const SEVERITY_NUMBERS = { TRACE: 1, DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17, FATAL: 21 } as const;
export type SeverityName = keyof typeof SEVERITY_NUMBERS;
