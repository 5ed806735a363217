/**
 * Which of the two formats recorded lines are in, by their content: the first JSON object with a key of either decides.
 * A file's name says nothing: it may have been renamed, or come from standard input.
 */
import { putBack } from "./put-back.ts";

export const RECORDED_FORMATS = ["otlp-json", "ndjson"] as const;
export type RecordedFormat = (typeof RECORDED_FORMATS)[number];

/** Keys at the top of a line; what has none of its format's keys is no record of it. */
const KEYS: Readonly<Record<RecordedFormat, readonly string[]>> = {
  "otlp-json": ["resourceLogs", "resource_logs"],
  ndjson: ["time_unix_nano", "severity_text", "service", "trace_id", "span_id", "body"],
};
/** Lines looked at, all of them held meanwhile; a file that begins with more strange ones needs its format named. */
const LOOKED_AT_LINES = 64;

export interface RecognisedLines {
  /** Undefined when none of the first lines is of either format. */
  readonly format: RecordedFormat | undefined;
  /** All lines, those that were looked at included. */
  readonly lines: AsyncIterable<Buffer>;
}

export async function recogniseFormat(lines: AsyncIterable<Buffer>): Promise<RecognisedLines> {
  const source = lines[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  let format: RecordedFormat | undefined;
  while (format === undefined && seen.length < LOOKED_AT_LINES) {
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
