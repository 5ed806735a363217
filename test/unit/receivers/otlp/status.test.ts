import { status as GrpcCode } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { REFUSAL_CAUSES, REJECTION_CAUSES } from "../../../../src/model/consumer.ts";
import type { Problem } from "../../../../src/receivers/otlp/status.ts";
import {
  grpcStatusOf,
  httpBodyOf,
  httpStatusOf,
  rejected,
  retryAfterSecondsOf,
} from "../../../../src/receivers/otlp/status.ts";
import { Status } from "../../../kit/otlp/otlp-schema.ts";
import { detailsOf } from "../../../kit/product/grpc-post.ts";

/** What OTLP 1.11 lets a client retry. */
const RETRYABLE_HTTP: readonly number[] = [429, 502, 503, 504];
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

const refusals: readonly Problem[] = REFUSAL_CAUSES.map((cause) => ({ kind: "refused", cause, retryAfterMs: 1500 }));
const rejections: readonly Problem[] = REJECTION_CAUSES.map((cause) => rejected(cause, `because of ${cause}`));

function detailTypes(problem: Problem): string[] {
  return detailsOf(httpBodyOf(problem, "protobuf")).map((detail) => detail.typeUrl);
}

describe("refusals", () => {
  it.each(refusals)("$cause is retryable on both transports, with the delay", (problem) => {
    expect(RETRYABLE_HTTP).toContain(httpStatusOf(problem));
    expect(retryAfterSecondsOf(problem)).toBe(2);
    expect(grpcStatusOf(problem).code).toBe(GrpcCode.UNAVAILABLE);
    expect(detailTypes(problem)).toEqual([RETRY_INFO]);
    expect(JSON.parse(httpBodyOf(problem, "json").toString()).details[0].retryDelay).toBe("1.500s");
  });
});

describe("rejections", () => {
  it.each(rejections)("$cause is permanent over HTTP and carries no delay", (problem) => {
    expect(RETRYABLE_HTTP).not.toContain(httpStatusOf(problem));
    expect(httpStatusOf(problem)).toBeGreaterThanOrEqual(400);
    expect(retryAfterSecondsOf(problem)).toBeUndefined();
    expect(detailTypes(problem)).not.toContain(RETRY_INFO);
    expect(grpcStatusOf(problem).code).not.toBe(GrpcCode.UNAVAILABLE);
  });

  it("say what is wrong of the request in a BadRequest detail", () => {
    const [detail] = JSON.parse(httpBodyOf(rejected("malformed", "no"), "json").toString()).details;
    expect(detail).toEqual({
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [{ field: "body", description: "no" }],
    });
  });

  it("too large is RESOURCE_EXHAUSTED without RetryInfo: permanent", () => {
    const problem = rejected("too_large", "no");
    expect(grpcStatusOf(problem).code).toBe(GrpcCode.RESOURCE_EXHAUSTED);
    expect(detailTypes(problem)).toEqual([]);
  });

  it("an unknown encoding names those that are known", () => {
    const { metadata } = grpcStatusOf(rejected("unsupported_encoding", "no"));
    expect(metadata.get("grpc-accept-encoding")).toEqual(["identity,deflate,gzip"]);
  });
});

describe("every problem", () => {
  it.each([...refusals, ...rejections])("$cause: code and message agree in protobuf, JSON and trailers", (problem) => {
    const decoded = Status.toObject(Status.decode(httpBodyOf(problem, "protobuf")));
    const parsed = JSON.parse(httpBodyOf(problem, "json").toString());
    const trailers = grpcStatusOf(problem);

    expect(decoded["code"]).toBe(parsed.code);
    expect(decoded["message"]).toBe(parsed.message);
    expect([trailers.code, trailers.details]).toEqual([parsed.code, parsed.message]);
    expect(trailers.metadata.get("grpc-status-details-bin")).toEqual([httpBodyOf(problem, "protobuf")]);
    expect(parsed.message).toMatch(/^[^.]+[^. ]$/);
  });
});
