/**
 * A row of the OTLP/HTTP conformance tables: a request and what must come back. Names begin with the requirement of OTLP
 * 1.11 they check (B: both transports, H: HTTP). Rows with `ours` are skipped against another receiver.
 */
import type { ConsumeResult } from "../../../../src/model/consumer.ts";
import type { HttpMessage } from "../../../kit/product/http-post.ts";

export interface HttpCase extends HttpMessage {
  readonly name: string;
  readonly path?: string;
  readonly status: number;
  /** Of the answer; the request's own by default, JSON where that is none of ours. */
  readonly format?: "protobuf" | "json";
  /** google.rpc.Code in the body of a failure. */
  readonly code?: number;
  /** A BadRequest detail must be there. */
  readonly badRequest?: boolean;
  readonly retryAfter?: string;
  /** rejected_log_records; 0: partial_success must be unset. */
  readonly rejected?: number;
  /** Log records that must reach the consumer. */
  readonly records?: number;
  /** Answer headers that must have this value. */
  readonly replyHeaders?: Readonly<Record<string, string>>;
  /** Why this row says nothing about other receivers. */
  readonly ours?: string;
  readonly answering?: () => ConsumeResult | Promise<ConsumeResult>;
}

const PROTOBUF = "application/x-protobuf";
const JSON_TEXT = "application/json";
export const pb = { "content-type": PROTOBUF };
export const json = { "content-type": JSON_TEXT };
export const gzipPb = { ...pb, "content-encoding": "gzip" };
