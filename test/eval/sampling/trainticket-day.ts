/**
 * One day of the TrainTicket microservices with 28 injected faults: its lines as labels, and as the requests that replay
 * makes of them. With severity hidden the sender gives none: what an incident tells must then show in its rates.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { ndjsonBatches } from "../../../src/replay/ndjson-batches.ts";
import type { RecordedBatch } from "../../../src/replay/recorded-batch.ts";

const DAY = "2023-01-29";
/** A line is an incident's within this time after a fault was injected: the definition of the labels. */
const FAULT_MS = 180_000;

export interface DayLine {
  readonly timeMs: number;
  readonly service: string;
  readonly severityText: string;
  /** The source statement that wrote it: the true pattern. */
  readonly statement: string;
  readonly bodyBytes: number;
}

export interface Fault {
  /** UTC time of day, pod, kind. */
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Day {
  readonly lines: readonly DayLine[];
  /** 1 for lines of incidents. */
  readonly isIncident: Uint8Array;
  readonly faults: readonly Fault[];
  readonly requests: readonly RecordedBatch[];
  readonly requestsWithoutSeverity: readonly RecordedBatch[];
}

/** @param folder of all data sets @returns undefined when the day is not there */
export async function trainTicketDay(folder: string): Promise<Day | undefined> {
  const at = (name: string): string => join(folder, "trainticket", `${DAY}${name}`);
  if (!existsSync(at(".ndjson.gz"))) return undefined;
  const texts = gunzipSync(readFileSync(at(".ndjson.gz")))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const records: Record<string, string>[] = texts.map((text) => JSON.parse(text));
  const isIncident = new Uint8Array(records.length);
  const labels: { lines: number[] } = JSON.parse(readFileSync(at("-incident-lines.json"), "utf8"));
  for (const line of labels.lines) isIncident[line] = 1;
  return {
    lines: records.map((record) => ({
      timeMs: Number(BigInt(record["time_unix_nano"] ?? "0") / 1_000_000n),
      service: record["service"] ?? "",
      severityText: record["severity_text"] ?? "",
      statement: record["statement"] ?? "",
      bodyBytes: Buffer.byteLength(record["body"] ?? ""),
    })),
    isIncident,
    faults: faultsOf(JSON.parse(readFileSync(at("-faults.json"), "utf8"))),
    requests: await requestsOf(texts),
    requestsWithoutSeverity: await requestsOf(
      records.map((record) => JSON.stringify({ ...record, severity_text: "" })),
    ),
  };
}

function faultsOf(faults: readonly { inject_time_utc: string; pod: string; type: string }[]): Fault[] {
  return faults.map(({ inject_time_utc: time, pod, type }) => {
    const fromMs = Date.parse(`${time.replace(" ", "T")}Z`);
    return { name: `${time.slice(11)} ${pod} ${type}`, fromMs, toMs: fromMs + FAULT_MS };
  });
}

async function requestsOf(texts: readonly string[]): Promise<RecordedBatch[]> {
  const bad = { count: 0, first: "" };
  const requests: RecordedBatch[] = [];
  for await (const request of ndjsonBatches(Readable.from(texts.map((text) => Buffer.from(text))), bad))
    requests.push(request);
  if (bad.count > 0) throw new Error(`${bad.count} lines of the day are no records; the first: ${bad.first}`);
  return requests;
}
