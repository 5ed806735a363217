/**
 * A send loop with everything around it in a test's hands: a real queue, virtual time, and a destination that answers as
 * told. Records are single bytes (their names), so that a test can say which of them arrived, and how often.
 */
import type { Destination, Outcome, OutgoingRequest } from "../../src/exporters/sending/destination.ts";
import type { Regroup, Regrouped } from "../../src/exporters/sending/regrouped.ts";
import type { SendLoopSettings } from "../../src/exporters/sending/send-loop.ts";
import { SendLoop } from "../../src/exporters/sending/send-loop.ts";
import { MemoryQueue } from "../../src/queue/memory-queue.ts";
import { queueEntry } from "./queue-entries.ts";
import { RecordingTelemetry } from "./recording-telemetry.ts";
import { SilentLogger } from "./silent-logger.ts";
import { VirtualEnvironment } from "./virtual-environment.ts";
import { VirtualTimers } from "./virtual-timers.ts";

export const ACCEPTED: Outcome = { kind: "accepted", code: "200", rejectedRecords: 0 };
export const UNAVAILABLE: Outcome = retryLater("503");
export const SERVER_ERROR: Outcome = { ...retryLater("500"), suspect: true };
export const BAD_REQUEST: Outcome = { kind: "split", code: "400", cause: "poison" };
export const TOO_LARGE: Outcome = { kind: "split", code: "413", cause: "too_large" };
export const UNAUTHORIZED: Outcome = { kind: "hold", code: "401", message: "check the key" };

export function retryLater(code: string, retryAfterMs?: number): Extract<Outcome, { kind: "retry" }> {
  return { kind: "retry", code, message: `answered ${code}`, retryAfterMs, suspect: false };
}

/** One attempt, as the destination saw it. */
export interface Attempt {
  readonly atMs: number;
  readonly records: readonly number[];
  readonly bytes: number;
  readonly outcome: Outcome;
}

export type Answer = (records: readonly number[], attempt: number) => Outcome | Promise<Outcome>;

export interface RigOptions extends Partial<SendLoopSettings> {
  readonly seed?: number;
  readonly answer?: Answer;
  /** Another rig whose queue, time and telemetry this one shares: several exporters at one queue. */
  readonly beside?: SendingRig;
}

export class SendingRig {
  readonly env: VirtualEnvironment;
  readonly timers: VirtualTimers;
  readonly telemetry: RecordingTelemetry;
  readonly logger = new SilentLogger();
  readonly queue: MemoryQueue;
  readonly sendLoop: SendLoop;
  readonly attempts: Attempt[] = [];
  answer: Answer;
  maxInFlight = 0;
  #inFlight = 0;

  constructor(options: RigOptions = {}) {
    const { beside } = options;
    this.env = beside?.env ?? new VirtualEnvironment({ seed: options.seed ?? 1 });
    this.timers = beside?.timers ?? new VirtualTimers(this.env);
    this.telemetry = beside?.telemetry ?? new RecordingTelemetry();
    this.answer = options.answer ?? (() => ACCEPTED);
    const { ledger } = this.telemetry;
    this.queue = beside?.queue ?? new MemoryQueue({ maxBytes: 2 ** 30 }, { env: this.env, ledger });
    this.sendLoop = new SendLoop(
      {
        exporterId: options.exporterId ?? "rig",
        flushIntervalMs: options.flushIntervalMs ?? 1000,
        maxRequestBytes: options.maxRequestBytes ?? 1000,
        maxConcurrency: options.maxConcurrency ?? 4,
        maxBytesPerSecond: options.maxBytesPerSecond ?? 0,
      },
      {
        env: this.env,
        timers: this.timers,
        telemetry: this.telemetry,
        logger: this.logger,
        reader: this.queue.reader(options.exporterId ?? "rig"),
        regroup: concatenate,
        destination: this.#destination(),
      },
    );
  }

  /** Commits one entry whose records have these names (0..255). */
  put(...records: readonly number[]): void {
    this.putAll(records);
  }

  putAll(records: readonly number[]): void {
    const reservation = this.queue.reserve(records.length * 3);
    if (reservation === undefined) throw new Error("the rig's queue is full");
    this.telemetry.ledger.generated(records.length);
    reservation.commit(queueEntry({ records: records.length, payload: Uint8Array.from(records) }));
  }

  /** Names of the records that were accepted, with repetitions, in order of acceptance. */
  get delivered(): number[] {
    return this.attempts.filter((one) => one.outcome.kind === "accepted").flatMap((one) => one.records);
  }

  /** What each attempt carried: "0,1,2". */
  get sent(): string[] {
    return this.attempts.map((one) => one.records.join());
  }

  #destination(): Destination {
    return {
      open: () => Promise.resolve(),
      close: () => Promise.resolve(),
      send: (request, signal) => this.#attempt(request, signal),
    };
  }

  async #attempt(request: OutgoingRequest, signal: AbortSignal): Promise<Outcome> {
    const records = [...request.bytes];
    const atMs = this.env.monoMs;
    this.#inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight);
    let abort = (): void => undefined;
    const aborted = new Promise<Outcome>((resolve) => {
      abort = () => resolve(retryLater("abort"));
    });
    signal.addEventListener("abort", abort, { once: true });
    try {
      const outcome = await Promise.race([this.answer(records, this.attempts.length), aborted]);
      this.attempts.push({ atMs, records, bytes: records.length, outcome });
      return outcome;
    } finally {
      this.#inFlight--;
      signal.removeEventListener("abort", abort);
    }
  }
}

/** Regrouping without any grouping: payloads end to end, a byte a record. */
const concatenate: Regroup = (entries) =>
  new ByteRecords(
    entries.flatMap((entry, payload) => [...entry.payload].map((name, index) => ({ name, payload, index }))),
  );

class ByteRecords implements Regrouped {
  readonly recordCount: number;
  readonly byteLength: number;
  readonly #records: readonly { readonly name: number; readonly payload: number; readonly index: number }[];

  constructor(records: readonly { readonly name: number; readonly payload: number; readonly index: number }[]) {
    this.#records = records;
    this.recordCount = records.length;
    this.byteLength = records.length;
  }

  encode(): Uint8Array {
    return Uint8Array.from(this.#records, (record) => record.name);
  }

  payloadOf(record: number): number {
    return this.#records[record]?.payload ?? -1;
  }

  indexOf(record: number): number {
    return this.#records[record]?.index ?? -1;
  }

  split(): readonly [Regrouped, Regrouped] {
    const middle = Math.ceil(this.recordCount / 2);
    return [new ByteRecords(this.#records.slice(0, middle)), new ByteRecords(this.#records.slice(middle))];
  }
}
