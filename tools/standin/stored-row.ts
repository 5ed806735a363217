/** One log record as the destination stores it; names are those of its table, so that a reader can compare with it. */
export interface StoredRow {
  /** Position among all rows ever stored, from 0; not a column. */
  readonly sequence: number;
  /** Project API key it came with; not a column. */
  readonly token: string;
  readonly team_id: number;
  /** Made per arrival: a request sent twice is stored twice. */
  readonly uuid: string;
  /** Base64 of 16 bytes, all zero when the sender's id had another length. */
  readonly trace_id: string;
  /** Base64 of 8 bytes. */
  readonly span_id: string;
  readonly trace_flags: number;
  /** Unix microseconds, never more than 24 h from the arrival. */
  readonly timestamp: number;
  /** Unix microseconds of the arrival: the sender's observed time is not used. */
  readonly observed_timestamp: number;
  readonly body: string;
  readonly severity_text: string;
  readonly severity_number: number;
  readonly service_name: string;
  /** Values are JSON texts: a string value carries its quotes. */
  readonly resource_attributes: Readonly<Record<string, string>>;
  /** name@version, empty without a scope. */
  readonly instrumentation_scope: string;
  readonly event_name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** UTF-8 bytes of what varies: body, attribute keys and values, long scope and event names. */
  readonly bytes_uncompressed: number;
}
