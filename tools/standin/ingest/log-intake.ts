/**
 * From a decoded request to stored rows: the edge's mapping, the broker's size limit, the consumer, the store and the
 * counters. Owns all of the stand-in's data; the HTTP layers above it own none.
 */
import type { Environment } from "../../../src/model/environment.ts";
import { countBodyRecords, decodeBody } from "../decode/decode-body.ts";
import type { LogsRequest } from "../decode/otlp-request.ts";
import { RowStore } from "../row-store.ts";
import type { LiveSwitches, StandinSettings } from "../settings.ts";
import { StandinCounters } from "../standin-stats.ts";
import type { StoredRow } from "../stored-row.ts";
import { IngestionConsumer } from "./ingestion-consumer.ts";
import type { CapturedRow } from "./log-row.ts";
import { captureRow, rowContext, uuidV7 } from "./log-row.ts";
import { exceedsMessageLimit } from "./message-size.ts";

export type IntakeResult =
  | { readonly kind: "taken" }
  /** The request can never be taken: 400. */
  | { readonly kind: "bad_request"; readonly message: string }
  /** The broker refuses it: 500. */
  | { readonly kind: "message_too_large" };

interface CapturedRequest {
  readonly rows: readonly CapturedRow[];
  readonly timestampsOverridden: number;
}

/** Random bytes that one uuid takes. */
const UUID_RANDOM_BYTES = 10;

export class LogIntake {
  readonly counters: StandinCounters = new StandinCounters();
  readonly consumer: IngestionConsumer;
  readonly store: RowStore;
  switches: LiveSwitches;
  readonly #settings: StandinSettings;
  readonly #environment: Environment;
  readonly #onRow: (row: StoredRow) => void;

  constructor(settings: StandinSettings, environment: Environment, onRow: (row: StoredRow) => void) {
    this.#settings = settings;
    this.#environment = environment;
    this.#onRow = onRow;
    this.consumer = new IngestionConsumer(settings);
    this.store = new RowStore(settings);
    this.switches = settings.switches;
  }

  /** @param body decompressed; @param token authorized by the edge */
  take(body: Uint8Array, token: string): IntakeResult {
    return this.#settings.decode ? this.#takeRows(body, token) : this.#takeCount(body, token);
  }

  reset(): void {
    this.counters.reset();
    this.consumer.reset();
    this.store.clear();
  }

  #takeCount(body: Uint8Array, token: string): IntakeResult {
    const counted = countBodyRecords(body);
    if (!counted.ok) return { kind: "bad_request", message: counted.message };
    if (this.#accept(body, token, counted.value) !== undefined) this.counters.stored += counted.value;
    return { kind: "taken" };
  }

  #takeRows(body: Uint8Array, token: string): IntakeResult {
    const decoded = decodeBody(body);
    if (!decoded.ok) return { kind: "bad_request", message: decoded.message };
    const captured = this.#capture(decoded.value);
    if (captured === undefined) return { kind: "bad_request", message: "Bad input format provided" };
    if (exceedsMessageLimit(captured.rows, this.#settings.maxMessageBytes)) return { kind: "message_too_large" };
    this.counters.timestampsOverridden += captured.timestampsOverridden;
    const teamId = this.#accept(body, token, captured.rows.length);
    if (teamId === undefined) return { kind: "taken" };
    for (const row of captured.rows) {
      const stored: StoredRow = { sequence: this.store.nextSequence, token, team_id: teamId, ...row };
      this.store.add(stored);
      this.counters.stored++;
      this.counters.storedFor(row.service_name);
      this.#onRow(stored);
    }
    return { kind: "taken" };
  }

  /** All rows, or undefined when one of them cannot be: then none is. */
  #capture(request: LogsRequest): CapturedRequest | undefined {
    const nowMs = Math.floor(this.#environment.now().wallMs);
    const rows: CapturedRow[] = [];
    let timestampsOverridden = 0;
    for (const resourceLogs of request.resourceLogs) {
      for (const scopeLogs of resourceLogs.scopeLogs) {
        const context = rowContext(resourceLogs.resource, scopeLogs.scope);
        const random = this.#environment.randomBytes(scopeLogs.logRecords.length * UUID_RANDOM_BYTES);
        for (const [index, record] of scopeLogs.logRecords.entries()) {
          const uuid = uuidV7(nowMs, random, index * UUID_RANDOM_BYTES);
          const captured = captureRow(record, context, uuid, nowMs);
          if (captured === undefined) return undefined;
          if (captured.timestampOverridden) timestampsOverridden++;
          rows.push(captured.row);
        }
      }
    }
    return { rows, timestampsOverridden };
  }

  /** Runs the consumer; the team's id, or undefined when the message was dropped. No message is made of no records. */
  #accept(body: Uint8Array, token: string, records: number): number | undefined {
    if (records === 0) return undefined;
    this.counters.accepted += records;
    this.counters.decodedBytes += body.length;
    const intake = this.consumer.take(token, body.length, this.switches, this.#environment.now().monoMs);
    if (intake.kept) return intake.teamId;
    this.counters.dropped(intake.reason, records);
    return undefined;
  }
}
