/**
 * The product's admission with a count beside it of what its holders were promised and gave back: kept from outside,
 * so that a receiver that loses a ticket shows.
 */
import type { AdmissionRefusal, AdmissionTicket, RefusalCause } from "../../../src/model/consumer.ts";
import type { InFlightAdmission, ReceiverAdmission } from "../../../src/receivers/admission.ts";

export class ObservedAdmission implements ReceiverAdmission {
  readonly maxRequestBytes: number;
  readonly #admission: InFlightAdmission;
  /** Bytes of each ticket that was not released. */
  readonly #held = new Map<AdmissionTicket, number>();

  constructor(admission: InFlightAdmission) {
    this.maxRequestBytes = admission.maxRequestBytes;
    this.#admission = admission;
  }

  get inFlightRequests(): number {
    return this.#held.size;
  }

  get inFlightBytes(): number {
    return [...this.#held.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  admit(bytes: number): AdmissionTicket | AdmissionRefusal {
    const given = this.#admission.admit(bytes);
    if (!given.admitted) return given;
    const ticket: AdmissionTicket = {
      admitted: true,
      grow: (totalBytes) => {
        const grown = given.grow(totalBytes);
        if (grown && this.#held.has(ticket)) this.#held.set(ticket, Math.max(this.#held.get(ticket) ?? 0, totalBytes));
        return grown;
      },
      release: () => {
        this.#held.delete(ticket);
        given.release();
      },
    };
    this.#held.set(ticket, bytes);
    return ticket;
  }

  startDraining(): void {
    this.#admission.startDraining();
  }

  refusal(cause: RefusalCause): AdmissionRefusal {
    return this.#admission.refusal(cause);
  }
}
