/**
 * Services known to the sampler, at most `maxServices`; later ones share the last row, named "other". A service that the
 * configuration names always finds a row of its own. Each has slow measures of what it says, by which fair shares are weighed, so that
 * a service that suddenly sends a hundred times as much does not push the others aside.
 */
import type { SamplingSettings, ServiceSettings } from "../settings.ts";
import { DemandHistory } from "./demand-history.ts";
import { LoadTrack } from "./load-track.ts";
import { SenderTable } from "./sender-table.ts";

const OTHER = "other";

export class ServiceTable {
  readonly names: string[] = [];
  readonly settings: (ServiceSettings | undefined)[] = [];
  /** Input bytes a second, slow, and of the last half minute. */
  readonly baseline: Float64Array;
  readonly rate: Float64Array;
  /** What each usually asks for: shares are weighed by it. */
  readonly demandHistory: DemandHistory;
  /** How many times its baseline a service, or who sends it, sends; 1 at least. */
  readonly overloadRatio: Float64Array;
  /** Input bytes since the last tick, of the peer whose records are being decided. */
  tickBytes: Float64Array;
  /** Who sends them. */
  readonly senders: SenderTable;
  /** Monotonic milliseconds until which nothing of the service is dropped; see `bypass`. */
  readonly bypassUntilMs: Float64Array;
  /** The same of all services together, and the latest of all of them. */
  #bypassAllUntilMs = -1;
  #bypassLatestMs = -1;
  /** Counts since start: records received and kept, and the content bytes of those kept. */
  readonly received: Float64Array;
  readonly kept: Float64Array;
  readonly keptBytes: Float64Array;
  /** Rows there can be: services, and "other". */
  readonly capacity: number;
  readonly #track: LoadTrack;
  readonly #rows = new Map<string, number>();
  readonly #configured: ReadonlyMap<string, ServiceSettings>;
  /** Configured services that have not come yet: their rows are kept free. */
  #expected: number;

  constructor(settings: Pick<SamplingSettings, "maxServices" | "services">) {
    this.#configured = settings.services;
    this.#expected = settings.services.size;
    this.capacity = Math.max(settings.maxServices, settings.services.size) + 1;
    this.#track = new LoadTrack(this.capacity);
    this.baseline = this.#track.baseline;
    this.rate = this.#track.rate;
    this.demandHistory = new DemandHistory(this.capacity);
    this.overloadRatio = new Float64Array(this.capacity).fill(1);
    this.senders = new SenderTable(this.capacity, this.#track);
    this.tickBytes = this.senders.current.tickBytes;
    this.bypassUntilMs = new Float64Array(this.capacity).fill(-1);
    this.received = new Float64Array(this.capacity);
    this.kept = new Float64Array(this.capacity);
    this.keptBytes = new Float64Array(this.capacity);
  }

  /** The records to come are of this peer: they are counted as its. */
  selectSender(peer: number): void {
    this.tickBytes = this.senders.select(peer).tickBytes;
  }

  get count(): number {
    return this.names.length;
  }

  /** The service's row, made when it is new. */
  rowOf(name: string): number {
    const known = this.rowFor(name);
    if (known !== undefined) return known;
    if (this.#configured.has(name)) this.#expected--;
    return this.#add(this.#isFull(name) ? OTHER : name);
  }

  #add(name: string): number {
    const row = this.names.length;
    this.names.push(name);
    this.settings.push(this.#configured.get(name));
    this.#rows.set(name, row);
    return row;
  }

  /** One row is kept for "other", and one for every configured service that has not come. */
  #isFull(name: string): boolean {
    if (name === OTHER || this.#configured.has(name)) return false;
    const own = this.#rows.has(OTHER) ? this.names.length - 1 : this.names.length;
    return own + this.#expected >= this.capacity - 1;
  }

  /** Row of a service that has one of its own. */
  find(name: string): number | undefined {
    return this.#rows.get(name);
  }

  /** Row that a service's records are counted in: its own, or that of "other" when there is no room for it. */
  rowFor(name: string): number | undefined {
    return this.#rows.get(name) ?? (this.#isFull(name) ? this.#rows.get(OTHER) : undefined);
  }

  /** Drops nothing of a service, or (undefined) of any, until then. */
  bypass(name: string | undefined, untilMonoMs: number): void {
    if (name === undefined) this.#bypassAllUntilMs = untilMonoMs;
    else this.bypassUntilMs[this.rowOf(name)] = untilMonoMs;
    this.#bypassLatestMs = Math.max(this.#bypassLatestMs, untilMonoMs);
  }

  get bypassAllUntilMs(): number {
    return this.#bypassAllUntilMs;
  }

  /** A bypass may be active: the quick answer for most slices. */
  isAnyBypassed(monoMs: number): boolean {
    return monoMs < this.#bypassLatestMs;
  }

  /** Nothing of the service is dropped. @param row undefined: a service without a row */
  isBypassed(row: number | undefined, monoMs: number): boolean {
    return monoMs < this.#bypassAllUntilMs || (row !== undefined && monoMs < this.bypassUntilMs[row]);
  }

  /** True when the service sent something in the second before the last tick. */
  sentLastSecond(row: number): boolean {
    return this.#track.sentLastSecond(row);
  }

  tick(seconds: number): void {
    if (seconds <= 0) return;
    this.senders.learn(this.count, seconds);
    this.#track.begin(seconds);
    for (let row = 0; row < this.count; row++) this.#track.learn(row, this.senders.bytes[row]);
    this.senders.settle(this.count, seconds);
    for (let row = 0; row < this.count; row++) {
      const own = this.rate[row] / Math.max(1, this.baseline[row]);
      this.overloadRatio[row] = Math.max(1, own, this.senders.overloadRatio[row]);
    }
  }
}
