/**
 * OTLP 1.11 conformance of a logs receiver over real sockets, one row a requirement or black-box case.
 * OTLP_HTTP_URL (http://host:4318) and OTLP_GRPC_TARGET (host:4317) point it at any receiver; without them it starts ours.
 * Rows that need our consumer or our limits are then skipped, by name.
 */
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ExportLogsServiceResponse, RetryInfo, Status } from "../../kit/otlp/otlp-schema.ts";
import type { GrpcReply } from "../../kit/product/grpc-post.ts";
import { call, detailsOf, grpcSession } from "../../kit/product/grpc-post.ts";
import type { HttpReply } from "../../kit/product/http-post.ts";
import { send } from "../../kit/product/http-post.ts";
import type { ReceiverRig } from "../../kit/product/receiver-rig.ts";
import { startReceivers } from "../../kit/product/receiver-rig.ts";
import type { GrpcCase } from "./conformance/grpc-cases.ts";
import { GRPC_CASES } from "./conformance/grpc-cases.ts";
import type { HttpCase } from "./conformance/http-case.ts";
import { HTTP_FAILURE_CASES } from "./conformance/http-failure-cases.ts";
import { HTTP_SUCCESS_CASES } from "./conformance/http-success-cases.ts";

const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const HTTP_CASES: readonly HttpCase[] = [...HTTP_SUCCESS_CASES, ...HTTP_FAILURE_CASES];
const BadRequest = Status.root.lookupType("google.rpc.BadRequest");
const CONTENT_TYPES: Readonly<Record<"protobuf" | "json", string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

const otherHttp = process.env["OTLP_HTTP_URL"];
const otherGrpc = process.env["OTLP_GRPC_TARGET"];
const isOurs = otherHttp === undefined && otherGrpc === undefined;

let rig: ReceiverRig | undefined;

beforeAll(async () => {
  if (isOurs) rig = await startReceivers();
});

afterAll(() => rig?.stop());

beforeEach(() => {
  rig?.consumer.forget();
});

interface Row {
  readonly name: string;
  readonly ours?: string;
}

function rows<R extends Row>(cases: readonly R[]): R[] {
  return cases.filter((row) => isOurs || row.ours === undefined);
}

function skipped(cases: readonly Row[]): string[] {
  return cases.filter((row) => !isOurs && row.ours !== undefined).map((row) => `${row.name} (${row.ours})`);
}

describe.skipIf(!isOurs && otherHttp === undefined)("OTLP/HTTP", () => {
  for (const name of skipped(HTTP_CASES)) it.skip(name, () => undefined);

  it.each(rows(HTTP_CASES))("$name", async (row) => {
    if (rig !== undefined) rig.consumer.answering = row.answering;
    const base = otherHttp ?? `http://127.0.0.1:${rig?.httpAddress.port}`;

    const reply = await send(`${base}${row.path ?? "/v1/logs"}`, row);

    expect(reply.status).toBe(row.status);
    expectContentType(row, reply);
    if (row.status === 200) expectPartialSuccess(row, readHttpResponse(reply));
    else if (row.method !== "HEAD") expectHttpStatus(row, reply);
    expect(reply.headers["retry-after"]).toBe(row.retryAfter);
    for (const [name, value] of Object.entries(row.replyHeaders ?? {})) expect(reply.headers[name]).toBe(value);
    if (row.records !== undefined && rig !== undefined) expect(rig.consumer.records).toBe(row.records);
  });
});

describe.skipIf(!isOurs && otherGrpc === undefined)("OTLP/gRPC", () => {
  for (const name of skipped(GRPC_CASES)) it.skip(name, () => undefined);

  it.each(rows(GRPC_CASES))("$name", async (row) => {
    if (rig !== undefined) rig.consumer.answering = row.answering;
    const session = grpcSession(otherGrpc ?? rig?.grpcTarget ?? "");

    const reply = await call(session, row);

    expect(status[reply.code]).toBe(status[row.code]);
    if (row.code === status.OK) expectPartialSuccess(row, reply.response ?? Buffer.alloc(0));
    else expectGrpcDetails(row, reply);
    if (row.records !== undefined && rig !== undefined) expect(rig.consumer.records).toBe(row.records);
  });
});

describe.skipIf(!isOurs)("the ledger around the pipeline", () => {
  it("counts each answer that was no success under one cause, and releases what it reserved", () => {
    const { telemetry, admission } = rig!;
    const failures = HTTP_CASES.filter((row) => row.status !== 200).length + failedCalls();

    expect(telemetry.total("requestRejected") + telemetry.total("requestRefused")).toBe(failures);
    expect(admission.inFlightBytes).toBe(0);
    expect(admission.inFlightRequests).toBe(0);
  });
});

/** A service that nobody registered is answered by the library, which no hook of ours hears of. */
function failedCalls(): number {
  return GRPC_CASES.filter((row) => row.code !== status.OK && row.path !== "/acme.Service/Call").length;
}

function expectContentType(row: HttpCase, reply: HttpReply): void {
  const asked = String(row.headers?.["content-type"] ?? "");
  const format = row.format ?? (asked === CONTENT_TYPES.protobuf ? "protobuf" : "json");
  expect(reply.headers["content-type"]).toBe(CONTENT_TYPES[format]);
}

/** As protobuf, whatever the format was. */
function readHttpResponse(reply: HttpReply): Uint8Array {
  if (reply.headers["content-type"] === CONTENT_TYPES.protobuf) return reply.body;
  const message = ExportLogsServiceResponse.fromObject(JSON.parse(reply.body.toString()));
  return ExportLogsServiceResponse.encode(message).finish();
}

function expectPartialSuccess(row: HttpCase | GrpcCase, response: Uint8Array): void {
  const { partialSuccess } = ExportLogsServiceResponse.toObject(ExportLogsServiceResponse.decode(response), {
    longs: Number,
    defaults: true,
  });
  const rejected = partialSuccess?.rejectedLogRecords ?? 0;
  expect(rejected).toBe(row.rejected ?? 0);
  // B3: full success leaves it unset. B4, B5: otherwise a sentence says why.
  const isWarning = row.name.startsWith("B5");
  if (rejected > 0 || isWarning) expect(partialSuccess.errorMessage).not.toBe("");
  else if (isOurs) expect(response).toHaveLength(0);
}

function expectHttpStatus(row: HttpCase, reply: HttpReply): void {
  const { code, message, detailTypes } = readHttpStatus(reply);
  expect(message).not.toBe("");
  if (row.code !== undefined) expect(status[code]).toBe(status[row.code]);
  if (row.badRequest) expect(detailTypes).toContain(BAD_REQUEST);
  if (row.retryAfter !== undefined) expect(detailTypes).toContain(RETRY_INFO);
}

interface ReadStatus {
  readonly code: number;
  readonly message: string;
  readonly detailTypes: readonly string[];
}

function readHttpStatus(reply: HttpReply): ReadStatus {
  if (reply.headers["content-type"] === CONTENT_TYPES.protobuf) {
    const { code, message } = Status.toObject(Status.decode(reply.body), { defaults: true }) as ReadStatus;
    return { code, message, detailTypes: detailsOf(reply.body).map((detail) => detail.typeUrl) };
  }
  const parsed: ReadStatus & { readonly details?: readonly Readonly<Record<string, string>>[] } = JSON.parse(
    reply.body.toString(),
  );
  return { ...parsed, detailTypes: (parsed.details ?? []).map((detail) => detail["@type"] ?? "") };
}

function expectGrpcDetails(row: GrpcCase, reply: GrpcReply): void {
  expect(reply.message).not.toBe("");
  const retry = reply.details.find((detail) => detail.typeUrl === RETRY_INFO);
  if (row.retryAfterMs === undefined) expect(retry).toBeUndefined();
  else {
    const { retryDelay } = RetryInfo.toObject(RetryInfo.decode(retry?.value ?? new Uint8Array(0)), { longs: Number });
    expect((retryDelay.seconds ?? 0) * 1000 + (retryDelay.nanos ?? 0) / 1e6).toBe(row.retryAfterMs);
  }
  const badRequest = reply.details.find((detail) => detail.typeUrl === BAD_REQUEST);
  if (row.badRequest) {
    const { fieldViolations } = BadRequest.toObject(BadRequest.decode(badRequest?.value ?? new Uint8Array(0)));
    expect(fieldViolations).toHaveLength(1);
  }
}
