/**
 * Requests, records and bytes by exporter. Exporter names come from the configuration, so they are few; response codes
 * come from destinations, so their shape and number are bounded here (64 an exporter, the rest `other`).
 */
export const EXPORT_RESULTS = ["delivered", "dropped", "rejected_by_destination"] as const;
export type ExportResult = (typeof EXPORT_RESULTS)[number];

const MAX_CODES = 64;
const OTHER_CODE = "other";
/** An HTTP status, a gRPC code name, or one of ours (timeout, connect, reset, abort). */
const CODE_SHAPE = /^(?:[1-5]\d\d|[A-Za-z_]{1,32})$/;

export class ExporterCounts {
  bytes = 0;
  retries = 0;
  /** By index in EXPORT_RESULTS. */
  readonly recordsBy: Float64Array = new Float64Array(EXPORT_RESULTS.length);
  readonly requestsByCode: Map<string, number> = new Map();

  request(code: string): void {
    const label = this.#codeLabel(code);
    this.requestsByCode.set(label, (this.requestsByCode.get(label) ?? 0) + 1);
  }

  records(result: ExportResult, records: number): void {
    const index = EXPORT_RESULTS.indexOf(result);
    this.recordsBy[index] = (this.recordsBy[index] ?? 0) + records;
  }

  #codeLabel(code: string): string {
    if (this.requestsByCode.has(code)) return code;
    return this.requestsByCode.size < MAX_CODES && CODE_SHAPE.test(code) ? code : OTHER_CODE;
  }
}
