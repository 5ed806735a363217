/** What an OTLP/HTTP logs receiver must refuse, and how: for good, or until later. */
import { gzipSync } from "node:zlib";
import type { ConsumeResult } from "../../../../src/model/consumer.ts";
import { RIG_MAX_REQUEST_BYTES } from "../../../kit/product/receiver-rig.ts";
import type { HttpCase } from "./http-case.ts";
import { gzipPb, json, pb } from "./http-case.ts";
import { requestOfSize, TRUNCATED, TWO_RECORDS, TWO_RECORDS_JSON } from "./requests.ts";

function fails(message: string): () => ConsumeResult {
  return () => {
    throw new Error(message);
  };
}

const refusedFor = (retryAfterMs: number) => (): ConsumeResult => ({
  kind: "refused",
  cause: "queue_full",
  retryAfterMs,
});

const permanent: readonly HttpCase[] = [
  { name: "H6 malformed protobuf", headers: pb, body: TRUNCATED, status: 400, code: 3, badRequest: true },
  { name: "H6 JSON that is no object", headers: json, body: "1234", status: 400, code: 3, badRequest: true },
  { name: "H6 JSON that is no JSON", headers: json, body: '{"resourceLogs":[', status: 400, code: 3, badRequest: true },
  { name: "H6 JSON nested 200,000 deep", headers: json, body: `{"x":${"[".repeat(200_000)}`, status: 400, code: 3 },
  { name: "H6 Content-Encoding gzip without gzip, protobuf", headers: gzipPb, body: TWO_RECORDS, status: 400, code: 3 },
  {
    name: "H6 Content-Encoding gzip without gzip, JSON",
    headers: { ...json, "content-encoding": "gzip" },
    body: '{"key": "value"}',
    status: 400,
    code: 3,
  },
  { name: "H6 gzip of nothing at all", headers: gzipPb, body: "", status: 400, code: 3 },
  { name: "H6 truncated gzip", headers: gzipPb, body: gzipSync(TWO_RECORDS).subarray(0, -6), status: 400, code: 3 },
  { name: "H6 gzip with a wrong checksum", headers: gzipPb, body: withWrongChecksum(), status: 400, code: 3 },
  ...["", "invalid", "text/plain", "application/protobuf"].map(
    (type): HttpCase => ({
      name: `H3 refuses Content-Type "${type}"`,
      headers: type === "" ? {} : { "content-type": type },
      body: TWO_RECORDS,
      status: 415,
      format: "json",
    }),
  ),
  {
    name: "refuses an unknown Content-Encoding",
    headers: { ...pb, "content-encoding": "snappy" },
    body: TWO_RECORDS,
    status: 415,
    replyHeaders: { "accept-encoding": "gzip, deflate, identity" },
  },
  {
    name: "refuses an unknown Content-Encoding without Content-Type",
    headers: { "content-encoding": "invalid" },
    body: TWO_RECORDS,
    status: 415,
    format: "json",
  },
  ...["GET", "HEAD", "PATCH", "PUT", "DELETE", "OPTIONS"].map(
    (method): HttpCase => ({
      name: `H5 refuses ${method}`,
      method,
      status: 405,
      format: "json",
      replyHeaders: { allow: "POST" },
    }),
  ),
  {
    name: "H5 a Status on 405 in the request's format",
    method: "PUT",
    headers: pb,
    body: TWO_RECORDS,
    status: 405,
    format: "protobuf",
  },
  ...["/", "/v1/log", "/v1/logs/", "/v1/logsx", "//v1/logs"].map(
    (path): HttpCase => ({ name: `H5 knows no ${path}`, path, headers: pb, body: TWO_RECORDS, status: 404, code: 5 }),
  ),
  ...["/v1/traces", "/v1/metrics", "/v1development/profiles"].map(
    (path): HttpCase => ({
      name: `takes logs only: ${path}`,
      path,
      headers: json,
      body: "{}",
      status: 404,
      code: 5,
      ours: "others may take all signals",
    }),
  ),
  {
    name: "H7 takes a body of exactly the limit",
    headers: pb,
    body: requestOfSize(RIG_MAX_REQUEST_BYTES),
    status: 200,
    records: 1,
    ours: "needs our limit",
  },
  {
    name: "H7 refuses one byte more",
    headers: pb,
    body: requestOfSize(RIG_MAX_REQUEST_BYTES + 1),
    status: 413,
    code: 8,
    ours: "needs our limit",
  },
  {
    name: "H7 refuses one byte more, chunked",
    headers: pb,
    chunks: [requestOfSize(RIG_MAX_REQUEST_BYTES + 1)],
    status: 413,
    code: 8,
    ours: "needs our limit",
  },
  {
    name: "B6 takes exactly the limit after decompression",
    headers: gzipPb,
    body: gzipSync(requestOfSize(RIG_MAX_REQUEST_BYTES)),
    status: 200,
    records: 1,
    ours: "needs our limit",
  },
  {
    name: "B6 refuses one byte more after decompression",
    headers: gzipPb,
    body: gzipSync(requestOfSize(RIG_MAX_REQUEST_BYTES + 1)),
    status: 413,
    code: 8,
    ours: "needs our limit",
  },
];

const downstream: readonly HttpCase[] = [
  {
    name: "H8 refused for 13 s: 503 with Retry-After",
    headers: pb,
    body: TWO_RECORDS,
    status: 503,
    code: 14,
    retryAfter: "13",
    ours: "needs our consumer",
    answering: refusedFor(13_000),
  },
  {
    name: "H8 Retry-After is rounded up",
    headers: json,
    body: TWO_RECORDS_JSON,
    status: 503,
    code: 14,
    retryAfter: "2",
    ours: "needs our consumer",
    answering: refusedFor(1_001),
  },
  {
    name: "H8 Retry-After is never 0",
    headers: pb,
    body: TWO_RECORDS,
    status: 503,
    code: 14,
    retryAfter: "1",
    ours: "needs our consumer",
    answering: refusedFor(0),
  },
  {
    name: "H8 too many at once: 429",
    headers: pb,
    body: TWO_RECORDS,
    status: 429,
    code: 14,
    retryAfter: "1",
    ours: "needs our consumer",
    answering: () => ({ kind: "refused", cause: "concurrency", retryAfterMs: 500 }),
  },
  {
    name: "a failure inside: 500",
    headers: pb,
    body: TWO_RECORDS,
    status: 500,
    code: 13,
    ours: "needs our consumer",
    answering: fails("my error"),
  },
  {
    name: "a failure inside, later: 500",
    headers: json,
    body: TWO_RECORDS_JSON,
    status: 500,
    code: 13,
    ours: "needs our consumer",
    answering: () => Promise.reject(new Error("my error")),
  },
  {
    name: "an answer that comes later",
    headers: pb,
    body: TWO_RECORDS,
    status: 200,
    rejected: 3,
    ours: "needs our consumer",
    answering: () => Promise.resolve({ kind: "accepted", rejectedRecords: 3, message: "three" }),
  },
  {
    name: "invalid for the pipeline: 400",
    headers: pb,
    body: TWO_RECORDS,
    status: 400,
    code: 3,
    badRequest: true,
    ours: "needs our consumer",
    answering: () => ({ kind: "invalid", message: "Bad Request" }),
  },
];

export const HTTP_FAILURE_CASES: readonly HttpCase[] = [...permanent, ...downstream];

function withWrongChecksum(): Buffer {
  const zipped = gzipSync(TWO_RECORDS);
  const at = zipped.length - 8;
  zipped[at] = (zipped[at] ?? 0) ^ 0xff;
  return zipped;
}
