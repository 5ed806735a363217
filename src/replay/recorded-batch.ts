/** What replay feeds the engine: one request, and which input records it holds in wire order. */
export interface RecordedBatch {
  /** A protobuf ExportLogsServiceRequest. */
  readonly request: Uint8Array;
  /** Input position of each record in wire order; undefined: consecutive, but for those of `rejectedAt`. */
  readonly positions: readonly number[] | undefined;
  /** Places, among the records of the line and ascending, of those that could not be read and are not in the request. */
  readonly rejectedAt: readonly number[];
}

/** Lines that were no record, with the first reason. */
export interface BadLines {
  count: number;
  first: string;
}
