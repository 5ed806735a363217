/** What an OTLP/HTTP logs receiver must take, wholly or but for single records. */
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { HttpCase } from "./http-case.ts";
import { gzipPb, json, pb } from "./http-case.ts";
import {
  INVALID_UTF8,
  jsonOf,
  nestedLists,
  ONE_DAMAGED_RECORD,
  SHORT_IDS,
  TWO_GZIP_MEMBERS,
  TWO_RECORDS,
  TWO_RECORDS_JSON,
  UNKNOWN_FIELDS,
} from "./requests.ts";

const success: readonly HttpCase[] = [
  { name: "H2 takes protobuf", headers: pb, body: TWO_RECORDS, status: 200, rejected: 0, records: 2 },
  { name: "H2 takes JSON", headers: json, body: TWO_RECORDS_JSON, status: 200, rejected: 0, records: 2 },
  ...["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;q=1"].map(
    (type): HttpCase => ({
      name: `H3 takes Content-Type ${type}`,
      headers: { "content-type": type },
      body: TWO_RECORDS_JSON,
      status: 200,
      format: "json",
      rejected: 0,
      records: 2,
    }),
  ),
  { name: "B1 takes gzip, protobuf", headers: gzipPb, body: gzipSync(TWO_RECORDS), status: 200, records: 2 },
  {
    name: "B1 takes gzip, JSON",
    headers: { ...json, "content-encoding": "gzip" },
    body: gzipSync(TWO_RECORDS_JSON),
    status: 200,
    records: 2,
  },
  {
    name: "H10 takes GZIP in any case",
    headers: { ...pb, "content-encoding": "GZip" },
    body: gzipSync(TWO_RECORDS),
    status: 200,
  },
  { name: "takes a gzip of several members", headers: gzipPb, body: TWO_GZIP_MEMBERS, status: 200, records: 4 },
  {
    name: "takes deflate (zlib)",
    headers: { ...pb, "content-encoding": "deflate" },
    body: deflateSync(TWO_RECORDS),
    status: 200,
    records: 2,
  },
  {
    name: "takes deflate (raw)",
    headers: { ...pb, "content-encoding": "deflate" },
    body: deflateRawSync(TWO_RECORDS),
    status: 200,
    records: 2,
    ours: "HTTP's deflate means zlib; raw is a kindness",
  },
  {
    name: "B1 takes Content-Encoding identity",
    headers: { ...pb, "content-encoding": "identity" },
    body: TWO_RECORDS,
    status: 200,
    records: 2,
  },
  {
    name: "takes a chunked body",
    headers: pb,
    chunks: [TWO_RECORDS.subarray(0, 9), TWO_RECORDS.subarray(9)],
    status: 200,
    records: 2,
  },
  { name: "takes a query string", path: "/v1/logs?tenant=a", headers: pb, body: TWO_RECORDS, status: 200, records: 2 },
  { name: "B2 empty protobuf request succeeds", headers: pb, body: "", status: 200, rejected: 0, records: 0 },
  { name: "B2 empty JSON request succeeds", headers: json, body: "{}", status: 200, rejected: 0, records: 0 },
  {
    name: "B2 an envelope without records succeeds",
    headers: json,
    body: '{"resourceLogs":[{}]}',
    status: 200,
    rejected: 0,
    records: 0,
  },
  {
    name: "B8 ignores unknown JSON fields",
    headers: json,
    body: '{"later":{"a":[1]},"resourceLogs":[]}',
    status: 200,
    rejected: 0,
  },
  { name: "B8 takes unknown protobuf fields", headers: pb, body: UNKNOWN_FIELDS, status: 200, rejected: 0, records: 1 },
  {
    name: "B10 takes ids of a wrong length, protobuf",
    headers: pb,
    body: SHORT_IDS,
    status: 200,
    rejected: 0,
    records: 1,
  },
  {
    name: "B10 takes ids that are no hex, JSON",
    headers: json,
    body: jsonOf({ traceId: "xyz", body: { stringValue: "a" } }),
    status: 200,
    rejected: 0,
    records: 1,
  },
  { name: "takes invalid UTF-8", headers: pb, body: INVALID_UTF8, status: 200, rejected: 0, records: 1 },
  {
    name: "takes snake_case keys, enum names and numbers as numbers",
    headers: json,
    body: jsonOf({
      time_unix_nano: 1580000000000,
      severityNumber: "SEVERITY_NUMBER_WARN",
      body: { intValue: -1 },
    }),
    status: 200,
    rejected: 0,
    records: 1,
  },
  {
    name: "takes null as absent",
    headers: json,
    body: jsonOf({ timeUnixNano: null, severityNumber: null, traceId: null, body: null }),
    status: 200,
    rejected: 0,
    records: 1,
  },
  {
    name: "takes URL-safe base64 without padding",
    headers: json,
    body: jsonOf({ body: { bytesValue: "_-8" } }),
    status: 200,
    rejected: 0,
    records: 1,
  },
];

const partial: readonly HttpCase[] = [
  {
    name: "B4 one damaged record costs only itself, protobuf",
    headers: pb,
    body: ONE_DAMAGED_RECORD,
    status: 200,
    rejected: 1,
    records: 1,
  },
  ...["3.f14", true, { a: 1 }].map(
    (intValue): HttpCase => ({
      name: `B4 intValue ${JSON.stringify(intValue)} costs only its record`,
      headers: json,
      body: `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${JSON.stringify({ body: { intValue } })},{"body":{"stringValue":"b"}}]}]}]}`,
      status: 200,
      rejected: 1,
      records: 1,
    }),
  ),
  {
    name: "B11 200,000 levels of nesting reject the record",
    headers: pb,
    body: nestedLists(200_000),
    status: 200,
    rejected: 1,
    records: 0,
  },
  {
    name: "B5 a warning on full success carries its message",
    headers: pb,
    body: TWO_RECORDS,
    status: 200,
    rejected: 0,
    ours: "needs our consumer",
    answering: () => ({ kind: "accepted", rejectedRecords: 0, message: "two clocks disagree" }),
  },
];

export const HTTP_SUCCESS_CASES: readonly HttpCase[] = [...success, ...partial];
