/**
 * Recognises the format of recorded lines by their content: the first JSON object with a key of either format decides.
 * File names are not used: a file may have been renamed, and standard input has no name. Bound: RECOGNITION_LINES lines
 * held.
 */
import { putBack } from "./put-back.ts";

export const RECORDED_FORMATS = ["otlp-json", "ndjson"] as const;
export type RecordedFormat = (typeof RECORDED_FORMATS)[number];

/** Top-level keys of a line; a line with none of the keys of a format is no record of it. */
const KEYS: Readonly<Record<RecordedFormat, readonly string[]>> = {
  "otlp-json": ["resourceLogs", "resource_logs"],
  ndjson: ["time_unix_nano", "severity_text", "service", "trace_id", "span_id", "body"],
};
/** Lines examined and held; a file that begins with more lines of neither format needs its format named. */
const RECOGNITION_LINES = 64;

export interface RecognisedLines {
  /** Undefined when none of the first lines is of either format. */
  readonly format: RecordedFormat | undefined;
  /** All lines, including the examined ones. */
  readonly lines: AsyncIterable<Buffer>;
}

export async function recogniseFormat(lines: AsyncIterable<Buffer>): Promise<RecognisedLines> {
  const source = lines[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  let format: RecordedFormat | undefined;
  while (format === undefined && seen.length < RECOGNITION_LINES) {
    const next = await source.next();
    if (next.done === true) break;
    seen.push(next.value);
    format = formatOf(next.value);
  }
  return { format, lines: putBack(seen, source) };
}

function formatOf(line: Buffer): RecordedFormat | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
  return RECORDED_FORMATS.find((format) => hasKeyOf(value, format));
}

/** Whether a parsed line is an object with at least one key of the format. */
export function hasKeyOf(value: unknown, format: RecordedFormat): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return KEYS[format].some((key) => Object.hasOwn(value, key));
}
