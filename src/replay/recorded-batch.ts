/** One request of recorded input, as replay passes it to the engine, and the input positions of its records. */
export interface RecordedBatch {
  /** A protobuf ExportLogsServiceRequest. */
  readonly request: Uint8Array;
  /** Input position of each record in wire order; undefined when consecutive, except for those of `rejectedAt`. */
  readonly positions: readonly number[] | undefined;
  /** Positions within the line, ascending, of records that could not be read and are not in the request. */
  readonly rejectedAt: readonly number[];
}

/** Count of lines that are no record, and the reason of the first one. */
export interface BadLines {
  count: number;
  first: string;
}
