/**
 * Who may bring how much at once: bytes and requests in flight over all receivers together. A request is asked for its
 * bytes before its body is read, and again when it turns out larger; what does not fit now is refused with a delay.
 * Bounded by `maxInFlightBytes` and `maxInFlightRequests`; a lone request passes whatever it inflates to, because its
 * own limit (`maxRequestBytes`) already bounds it, and it would otherwise be refused for ever.
 */
import type { Admission, AdmissionRefusal, AdmissionTicket, RefusalCause } from "../model/consumer.ts";
import type { Environment } from "../model/environment.ts";

export interface AdmissionSettings {
  /** Reserved bytes of all requests between their headers and their answers. */
  readonly maxInFlightBytes: number;
  /** After decompression; clamped to maxInFlightBytes. */
  readonly maxRequestBytes: number;
  readonly maxInFlightRequests: number;
  /** Refuses above this share of the memory limit (0..1). */
  readonly memoryPressureLimit: number;
  /** Shortest wait asked of a refused sender, by cause; up to half of it is added at random. */
  readonly retryAfterMs: Readonly<Record<RefusalCause, number>>;
}

export const ADMISSION_DEFAULTS: Pick<
  AdmissionSettings,
  "maxInFlightRequests" | "memoryPressureLimit" | "retryAfterMs"
> = {
  maxInFlightRequests: 4_096,
  memoryPressureLimit: 0.8,
  // Memory is freed within a garbage collection, a queue only as fast as its destination takes. An SDK gives up after
  // about a minute in all, so no wait is longer than a few seconds.
  retryAfterMs: { memory: 1_000, queue_full: 4_000, draining: 1_000, concurrency: 1_000 },
};

/** From this size on a request is measured against the memory that is free at that moment. */
const LARGE_BYTES = 256 * 1024;
/** What a body takes on its way, itself included: its survivors are encoded, and its lines kept for context. */
export const COPIES = 2;

export interface AdmissionReadings {
  /** Of the export queue's bytes, 0..1; at 1 nothing is taken. */
  queueFill(): number;
  /** Of the memory limit, 0..1. */
  memoryPressure(): number;
  /**
   * Would so many bytes more stay within it? Asked for large requests only.
   * @param isAlone nothing else is in flight, so that waiting would not help; otherwise room is left for small ones
   */
  hasMemoryFor(bytes: number, isAlone: boolean): boolean;
}

/** What the receivers of this folder need beyond the model's Admission. */
export interface ReceiverAdmission extends Admission {
  /** The answer to a sender that has to come back; the delay is spread so that they do not come back together. */
  refusal(cause: RefusalCause): AdmissionRefusal;
}

export class InFlightAdmission implements ReceiverAdmission {
  readonly maxRequestBytes: number;
  readonly #settings: AdmissionSettings;
  readonly #readings: AdmissionReadings;
  readonly #environment: Environment;
  #bytes = 0;
  #requests = 0;
  #draining = false;

  constructor(settings: AdmissionSettings, readings: AdmissionReadings, environment: Environment) {
    this.maxRequestBytes = Math.min(settings.maxRequestBytes, settings.maxInFlightBytes);
    this.#settings = settings;
    this.#readings = readings;
    this.#environment = environment;
  }

  /** From now on everything new is refused with `draining`; tickets handed out stay good. */
  startDraining(): void {
    this.#draining = true;
  }

  admit(bytes: number): AdmissionTicket | AdmissionRefusal {
    const cause = this.#causeToRefuse(bytes);
    if (cause !== undefined) return this.refusal(cause);
    this.#bytes += bytes;
    this.#requests++;
    return new Ticket(this, bytes);
  }

  refusal(cause: RefusalCause): AdmissionRefusal {
    const base = this.#settings.retryAfterMs[cause];
    return { admitted: false, cause, retryAfterMs: Math.round(base * (1 + this.#environment.jitter() / 2)) };
  }

  /** For tickets only. */
  changeReserved(delta: number, requests: number): void {
    this.#bytes += delta;
    this.#requests += requests;
  }

  /** For tickets only: may one of them, which holds `held` bytes, take `more`? */
  hasRoom(held: number, more: number): boolean {
    const isAlone = this.#bytes === held;
    if (this.#bytes + more > this.#settings.maxInFlightBytes && !isAlone) return false;
    if (more < LARGE_BYTES) return true;
    // What others reserved counts whole, although part of it has arrived and shows in the reading: rather too much.
    return this.#readings.hasMemoryFor(COPIES * (this.#bytes + more), isAlone);
  }

  #causeToRefuse(bytes: number): RefusalCause | undefined {
    if (this.#draining) return "draining";
    if (this.#requests >= this.#settings.maxInFlightRequests) return "concurrency";
    if (!this.hasRoom(0, bytes)) return "memory";
    if (this.#readings.queueFill() >= 1) return "queue_full";
    if (this.#readings.memoryPressure() > this.#settings.memoryPressureLimit) return "memory";
    return undefined;
  }
}

class Ticket implements AdmissionTicket {
  readonly admitted = true;
  readonly #admission: InFlightAdmission;
  #bytes: number;
  #released = false;

  constructor(admission: InFlightAdmission, bytes: number) {
    this.#admission = admission;
    this.#bytes = bytes;
  }

  grow(totalBytes: number): boolean {
    const more = totalBytes - this.#bytes;
    if (more <= 0) return true;
    if (this.#released || !this.#admission.hasRoom(this.#bytes, more)) return false;
    this.#bytes = totalBytes;
    this.#admission.changeReserved(more, 0);
    return true;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#admission.changeReserved(-this.#bytes, -1);
  }
}
