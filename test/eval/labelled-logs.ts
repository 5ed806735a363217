/**
 * Labelled logs for evaluation: LogHub samples and a day of the TrainTicket system. They are not part of the repository:
 * LIPSERVICE_DATA names their folder, else `../shared/data` beside it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";

export const LOGHUB_SYSTEMS = [
  "Apache",
  "BGL",
  "HDFS",
  "Hadoop",
  "OpenSSH",
  "OpenStack",
  "Spark",
  "Zookeeper",
] as const;

export interface LabelledLine {
  readonly text: string;
  readonly truth: string;
  readonly service: string;
  /** SeverityNumber. */
  readonly severity: number;
}

/** @returns undefined when the data is not there */
export function dataFolder(): string | undefined {
  const folder = process.env["LIPSERVICE_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data");
  return existsSync(folder) ? folder : undefined;
}

/** The header-free messages of a LogHub sample. */
export function loghubContents(folder: string, system: string): LabelledLine[] {
  return loghubRows(folder, system).map((row) => ({
    text: row.get("Content") ?? "",
    truth: row.get("EventId") ?? "",
    service: "",
    severity: 9,
  }));
}

/** The same lines as they stand in the file, with their headers. */
export function loghubRaw(folder: string, system: string): LabelledLine[] {
  const lines = readFileSync(join(folder, "loghub", system, `${system}_2k.log`), "utf8")
    .split("\n")
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
    .filter((line) => line !== "");
  return loghubRows(folder, system).map((row, i) => ({
    text: lines[i] ?? "",
    truth: row.get("EventId") ?? "",
    service: "",
    severity: 9,
  }));
}

function loghubRows(folder: string, system: string): Map<string, string>[] {
  const rows = parseCsv(readFileSync(join(folder, "loghub", system, `${system}_2k.log_structured.csv`), "utf8"));
  const header = rows.shift() ?? [];
  return rows.map((row) => new Map(header.map((name, i) => [name, row[i] ?? ""])));
}

const SEVERITIES: Readonly<Record<string, number>> = { TRACE: 1, DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17, FATAL: 21 };

export function trainTicket(folder: string): LabelledLine[] {
  const text = gunzipSync(readFileSync(join(folder, "trainticket", "2023-01-29.ndjson.gz"))).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const record = JSON.parse(line) as Readonly<Record<"body" | "statement" | "service" | "severity_text", string>>;
      return {
        text: record.body,
        truth: record.statement,
        service: record.service,
        severity: SEVERITIES[record.severity_text] ?? 9,
      };
    });
}

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted && character === '"' && text[i + 1] === '"') {
      field += character;
      i++;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ",") {
      row.push(field);
      field = "";
    } else if (!quoted && character === "\n") {
      rows.push([...row, field]);
      row = [];
      field = "";
    } else if (character !== "\r") field += character;
  }
  if (field !== "" || row.length > 0) rows.push([...row, field]);
  return rows;
}
