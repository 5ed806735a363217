/** What replay feeds the engine: one request, and which input records it holds in wire order. */
export interface RecordedBatch {
  /** A protobuf ExportLogsServiceRequest. */
  readonly request: Uint8Array;
  /** Input position of each record in wire order; undefined: consecutive. */
  readonly positions: readonly number[] | undefined;
  /** Records in it that could not be read at all. */
  readonly rejected: number;
}

/** Lines that were no record, with the first reason. */
export interface BadLines {
  count: number;
  first: string;
}
