/** What an OTLP/gRPC logs receiver must answer, as a table; see http-case.ts for its columns. */
import { deflateSync, gzipSync } from "node:zlib";
import { status } from "@grpc/grpc-js";
import type { ConsumeResult } from "../../../../src/model/consumer.ts";
import type { GrpcMessage } from "../../../kit/product/grpc-post.ts";
import { framed } from "../../../kit/product/grpc-post.ts";
import { RIG_MAX_REQUEST_BYTES } from "../../../kit/product/receiver-rig.ts";
import {
  INVALID_UTF8,
  nestedLists,
  ONE_DAMAGED_RECORD,
  requestOfSize,
  SHORT_IDS,
  TRUNCATED,
  TWO_GZIP_MEMBERS,
  TWO_RECORDS,
  UNKNOWN_FIELDS,
} from "./requests.ts";

export interface GrpcCase extends GrpcMessage {
  readonly name: string;
  readonly code: number;
  readonly badRequest?: boolean;
  /** Seconds in RetryInfo; absent: there must be no RetryInfo. */
  readonly retryAfterMs?: number;
  readonly rejected?: number;
  readonly records?: number;
  readonly ours?: string;
  readonly answering?: () => ConsumeResult | Promise<ConsumeResult>;
}

const gzip = { "grpc-encoding": "gzip" };
const deflate = { "grpc-encoding": "deflate" };
const large = requestOfSize(RIG_MAX_REQUEST_BYTES + 1);

const success: readonly GrpcCase[] = [
  { name: "G1 takes a request", message: TWO_RECORDS, code: status.OK, rejected: 0, records: 2 },
  {
    name: "B1 takes gzip",
    headers: gzip,
    message: gzipSync(TWO_RECORDS),
    compressed: true,
    code: status.OK,
    records: 2,
  },
  {
    name: "takes deflate",
    headers: deflate,
    message: deflateSync(TWO_RECORDS),
    compressed: true,
    code: status.OK,
    records: 2,
  },
  {
    name: "B1 takes identity",
    headers: { "grpc-encoding": "identity" },
    message: TWO_RECORDS,
    code: status.OK,
    records: 2,
  },
  {
    name: "takes an uncompressed message beside grpc-encoding gzip",
    headers: gzip,
    message: TWO_RECORDS,
    code: status.OK,
    records: 2,
  },
  {
    name: "takes a gzip of several members",
    headers: gzip,
    message: TWO_GZIP_MEMBERS,
    compressed: true,
    code: status.OK,
    records: 4,
  },
  { name: "takes a prefix that is split over frames", frames: splitPrefix(TWO_RECORDS), code: status.OK, records: 2 },
  { name: "B2 empty request succeeds", message: new Uint8Array(0), code: status.OK, rejected: 0, records: 0 },
  { name: "B8 takes unknown fields", message: UNKNOWN_FIELDS, code: status.OK, rejected: 0, records: 1 },
  { name: "B10 takes ids of a wrong length", message: SHORT_IDS, code: status.OK, rejected: 0, records: 1 },
  { name: "takes invalid UTF-8", message: INVALID_UTF8, code: status.OK, rejected: 0, records: 1 },
  {
    name: "B4 one damaged record costs only itself",
    message: ONE_DAMAGED_RECORD,
    code: status.OK,
    rejected: 1,
    records: 1,
  },
  {
    name: "B11 200,000 levels of nesting reject the record",
    message: nestedLists(200_000),
    code: status.OK,
    rejected: 1,
    records: 0,
  },
  {
    name: "takes a message of exactly the limit",
    message: requestOfSize(RIG_MAX_REQUEST_BYTES),
    code: status.OK,
    records: 1,
    ours: "needs our limit",
  },
  {
    name: "takes exactly the limit after decompression",
    headers: gzip,
    message: gzipSync(requestOfSize(RIG_MAX_REQUEST_BYTES)),
    compressed: true,
    code: status.OK,
    records: 1,
    ours: "needs our limit",
  },
];

const permanent: readonly GrpcCase[] = [
  { name: "G4 malformed protobuf", message: TRUNCATED, code: status.INVALID_ARGUMENT, badRequest: true },
  { name: "G2 one byte above the limit", message: large, code: status.RESOURCE_EXHAUSTED, ours: "needs our limit" },
  {
    name: "B6 one byte above the limit after decompression",
    headers: gzip,
    message: gzipSync(large),
    compressed: true,
    code: status.RESOURCE_EXHAUSTED,
    ours: "needs our limit",
  },
  {
    name: "a length of 4 GiB",
    frames: [Uint8Array.from([0, 0xff, 0xff, 0xff, 0xff, 1])],
    code: status.RESOURCE_EXHAUSTED,
  },
  {
    name: "G4 what is no gzip",
    headers: gzip,
    message: TWO_RECORDS,
    compressed: true,
    code: status.INVALID_ARGUMENT,
    ours: "a codec's error is INTERNAL elsewhere",
  },
  {
    name: "G4 truncated gzip",
    headers: gzip,
    message: gzipSync(TWO_RECORDS).subarray(0, -5),
    compressed: true,
    code: status.INVALID_ARGUMENT,
    ours: "a codec's error is INTERNAL elsewhere",
  },
  {
    name: "compressed without an encoding",
    message: gzipSync(TWO_RECORDS),
    compressed: true,
    code: status.INVALID_ARGUMENT,
    ours: "INTERNAL elsewhere",
  },
  {
    name: "an unknown encoding",
    headers: { "grpc-encoding": "brotli" },
    message: TWO_RECORDS,
    compressed: true,
    code: status.UNIMPLEMENTED,
  },
  {
    name: "a message that ends early",
    frames: [framed(TWO_RECORDS).subarray(0, 20)],
    code: status.INVALID_ARGUMENT,
    ours: "INTERNAL elsewhere",
  },
  { name: "no message", frames: [], code: status.INVALID_ARGUMENT, ours: "UNIMPLEMENTED or INTERNAL elsewhere" },
  {
    name: "two messages",
    frames: [framed(TWO_RECORDS), framed(TWO_RECORDS)],
    code: status.INVALID_ARGUMENT,
    ours: "UNIMPLEMENTED or INTERNAL elsewhere",
  },
  { name: "another service", path: "/acme.Service/Call", message: TWO_RECORDS, code: status.UNIMPLEMENTED },
  ...["trace.v1.TraceService", "metrics.v1.MetricsService", "profiles.v1development.ProfilesService"].map(
    (service): GrpcCase => ({
      name: `takes logs only: ${service}`,
      path: `/opentelemetry.proto.collector.${service}/Export`,
      code: status.UNIMPLEMENTED,
      ours: "others may take all signals",
    }),
  ),
];

const downstream: readonly GrpcCase[] = [
  {
    name: "G5 refused for 13 s: UNAVAILABLE with RetryInfo",
    message: TWO_RECORDS,
    code: status.UNAVAILABLE,
    retryAfterMs: 13_000,
    ours: "needs our consumer",
    answering: () => ({ kind: "refused", cause: "queue_full", retryAfterMs: 13_000 }),
  },
  {
    name: "G5 RetryInfo keeps milliseconds",
    message: TWO_RECORDS,
    code: status.UNAVAILABLE,
    retryAfterMs: 1_250,
    ours: "needs our consumer",
    answering: () => ({ kind: "refused", cause: "memory", retryAfterMs: 1_250 }),
  },
  {
    name: "a failure inside",
    message: TWO_RECORDS,
    code: status.INTERNAL,
    ours: "needs our consumer",
    answering: () => {
      throw new Error("my error");
    },
  },
  {
    name: "a failure inside, later",
    message: TWO_RECORDS,
    code: status.INTERNAL,
    ours: "needs our consumer",
    answering: () => Promise.reject(new Error("my error")),
  },
  {
    name: "an answer that comes later",
    message: TWO_RECORDS,
    code: status.OK,
    rejected: 3,
    ours: "needs our consumer",
    answering: () => Promise.resolve({ kind: "accepted", rejectedRecords: 3, message: "three" }),
  },
  {
    name: "invalid for the pipeline",
    message: TWO_RECORDS,
    code: status.INVALID_ARGUMENT,
    badRequest: true,
    ours: "needs our consumer",
    answering: () => ({ kind: "invalid", message: "Bad Request" }),
  },
];

export const GRPC_CASES: readonly GrpcCase[] = [...success, ...permanent, ...downstream];

function splitPrefix(message: Uint8Array): Uint8Array[] {
  const bytes = framed(message);
  return [bytes.subarray(0, 1), bytes.subarray(1, 3), bytes.subarray(3, 30), bytes.subarray(30)];
}
