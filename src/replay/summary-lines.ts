/** Exact counts by pattern and minute as JSON lines, in the field names of summaries on the wire. */
import type { HistoryRow, SummaryHistory } from "../model/ports/history.ts";
import type { JsonLinesFile } from "./json-lines-file.ts";

export class SummaryLines implements SummaryHistory {
  readonly #file: Pick<JsonLinesFile, "append">;

  constructor(file: Pick<JsonLinesFile, "append">) {
    this.#file = file;
  }

  offer(rows: readonly HistoryRow[]): number {
    this.#file.append(rows.map(lineOf));
    return rows.length;
  }
}

function lineOf({
  minuteMs,
  weightSum,
  id,
  pattern,
  template,
  service,
  count,
  bytes,
  kept,
  context,
}: HistoryRow): object {
  return {
    pattern,
    service,
    minute_unix_seconds: minuteMs / 1000,
    count,
    bytes,
    kept,
    weight_sum: weightSum,
    context,
    template,
    id,
  };
}
