/**
 * Records by service. Service names come from senders, so only the first `maxNames` become label values of their own;
 * later ones share `other`. Promises at most maxNames + 1 label values for the life of the process, each printable and
 * at most 200 characters, and one map look-up a call.
 */
import { replaceUnprintable } from "./printable.ts";

export const SERVICE_OUTCOMES = ["received", "kept", "dropped"] as const;
export type ServiceOutcome = (typeof SERVICE_OUTCOMES)[number];

const OTHER_SERVICE = "other";
/**
 * Prometheus takes an empty label value for an absent label; OpenTelemetry's name for a service without one is clearer.
 */
const NAMELESS_SERVICE = "unknown_service";
const MAX_NAME_CHARACTERS = 200;
/**
 * Several raw names may share a label (they differ in unprintable characters only); this many are remembered at most.
 */
const MAX_REMEMBERED_NAMES = 1_000;

export class ServiceCounts {
  readonly #slotByRawName: Map<string, number> = new Map();
  /** Label values in order of first appearance; slot 0 is `other`. */
  readonly #names: string[] = [OTHER_SERVICE];
  readonly #slotByName: Map<string, number> = new Map([[OTHER_SERVICE, 0]]);
  readonly #maxNames: number;
  readonly #counts: Float64Array;

  /** @param maxNames services with a label value of their own */
  constructor(maxNames: number) {
    this.#maxNames = maxNames;
    this.#counts = new Float64Array((maxNames + 1) * SERVICE_OUTCOMES.length);
  }

  add(service: string, outcome: ServiceOutcome, records: number): void {
    const cell = this.#slotOf(service) * SERVICE_OUTCOMES.length + SERVICE_OUTCOMES.indexOf(outcome);
    this.#counts[cell] = (this.#counts[cell] ?? 0) + records;
  }

  /** Every name seen so far, `other` first, with its counts by outcome. */
  rows(): { readonly name: string; readonly outcome: ServiceOutcome; readonly records: number }[] {
    return this.#names.flatMap((name, slot) =>
      SERVICE_OUTCOMES.map((outcome, index) => ({
        name,
        outcome,
        records: this.#counts[slot * SERVICE_OUTCOMES.length + index] ?? 0,
      })),
    );
  }

  #slotOf(service: string): number {
    const raw = service.length > MAX_NAME_CHARACTERS ? service.slice(0, MAX_NAME_CHARACTERS) : service;
    const known = this.#slotByRawName.get(raw);
    if (known !== undefined) return known;
    const name = raw === "" ? NAMELESS_SERVICE : replaceUnprintable(raw);
    const slot = this.#slotByName.get(name) ?? this.#newSlot(name);
    if (this.#slotByRawName.size < MAX_REMEMBERED_NAMES) this.#slotByRawName.set(raw, slot);
    return slot;
  }

  #newSlot(name: string): number {
    if (this.#names.length > this.#maxNames) return 0;
    const slot = this.#names.push(name) - 1;
    this.#slotByName.set(name, slot);
    return slot;
  }
}
