/**
 * What a request is told: the one table from an answer of the pipeline, or a problem of a receiver, to a gRPC code and
 * an HTTP status (OTLP 1.11). Retryable answers carry a delay on both transports, permanent ones never do: that is what
 * makes a client come back or drop. Sentences are ours alone: nothing a sender wrote comes back in them.
 */
import { status as GrpcCode, Metadata } from "@grpc/grpc-js";
import type { ConsumeResult, RefusalCause, RejectionCause } from "../../model/consumer.ts";
import type { RpcStatus } from "./google-rpc.ts";
import { encodeStatus, statusToJson } from "./google-rpc.ts";

export type Accepted = Extract<ConsumeResult, { readonly kind: "accepted" }>;
export type Refused = Extract<ConsumeResult, { readonly kind: "refused" }>;

/** The request can never succeed as it is. */
export interface Rejected {
  readonly kind: "rejected";
  readonly cause: RejectionCause;
  /** One sentence for the sender's developer. */
  readonly message: string;
}

export type Problem = Refused | Rejected;
export type Answer = Accepted | Problem;

/** How the body of a request and of its answer is encoded. */
export type BodyFormat = "protobuf" | "json";

interface StatusRow {
  readonly grpc: number;
  readonly http: number;
}

const STATUS_OF_REJECTION: Readonly<Record<RejectionCause, StatusRow>> = {
  malformed: { grpc: GrpcCode.INVALID_ARGUMENT, http: 400 },
  bad_encoding: { grpc: GrpcCode.INVALID_ARGUMENT, http: 400 },
  // Without RetryInfo, RESOURCE_EXHAUSTED is permanent.
  too_large: { grpc: GrpcCode.RESOURCE_EXHAUSTED, http: 413 },
  unsupported_media_type: { grpc: GrpcCode.INVALID_ARGUMENT, http: 415 },
  unsupported_encoding: { grpc: GrpcCode.UNIMPLEMENTED, http: 415 },
  not_found: { grpc: GrpcCode.NOT_FOUND, http: 404 },
  method_not_allowed: { grpc: GrpcCode.UNIMPLEMENTED, http: 405 },
  unauthenticated: { grpc: GrpcCode.UNAUTHENTICATED, http: 401 },
  unimplemented: { grpc: GrpcCode.UNIMPLEMENTED, http: 404 },
  timeout: { grpc: GrpcCode.DEADLINE_EXCEEDED, http: 408 },
  internal: { grpc: GrpcCode.INTERNAL, http: 500 },
};

/** UNAVAILABLE, never RESOURCE_EXHAUSTED: clients that ignore RetryInfo retry the former and drop on the latter. */
const STATUS_OF_REFUSAL: Readonly<Record<RefusalCause, StatusRow & { readonly message: string }>> = {
  queue_full: {
    grpc: GrpcCode.UNAVAILABLE,
    http: 503,
    message: "The export queue is full because its destination takes too little; send again after the delay",
  },
  memory: {
    grpc: GrpcCode.UNAVAILABLE,
    http: 503,
    message: "The requests in flight fill the memory set aside for them; send again after the delay",
  },
  draining: {
    grpc: GrpcCode.UNAVAILABLE,
    http: 503,
    message: "This instance is shutting down; send again after the delay, it goes to the next one",
  },
  concurrency: {
    grpc: GrpcCode.UNAVAILABLE,
    http: 429,
    message: "Too many requests are in flight; send again after the delay",
  },
};

/** Causes for which the sender's bytes are at fault: these get a BadRequest detail. */
const BAD_FIELD: Readonly<Partial<Record<RejectionCause, string>>> = {
  malformed: "body",
  bad_encoding: "body",
  unsupported_media_type: "content-type",
  unsupported_encoding: "content-encoding",
};

export function rejected(cause: RejectionCause, message: string): Rejected {
  return { kind: "rejected", cause, message };
}

export function tooLarge(maxRequestBytes: number): Rejected {
  return rejected("too_large", `A request may be ${maxRequestBytes} bytes after decompression; send smaller batches`);
}

export function httpStatusOf(problem: Problem): number {
  return rowOf(problem).http;
}

/**
 * Retry-After in whole seconds, rounded up: a client must not come back before the delay is over. Absent when
 * permanent.
 */
export function retryAfterSecondsOf(problem: Problem): number | undefined {
  return problem.kind === "refused" ? Math.max(1, Math.ceil(problem.retryAfterMs / 1000)) : undefined;
}

/** google.rpc.Status, which the body of every 4xx and 5xx must be. */
export function httpBodyOf(problem: Problem, format: BodyFormat): Buffer {
  const status = rpcStatusOf(problem);
  return format === "protobuf" ? encodeStatus(status) : Buffer.from(statusToJson(status));
}

export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The trailers of a call that failed; details travel as an encoded google.rpc.Status. */
export function grpcStatusOf(problem: Problem): GrpcStatus {
  const status = rpcStatusOf(problem);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", encodeStatus(status));
  if (problem.kind === "rejected" && problem.cause === "unsupported_encoding") {
    metadata.set("grpc-accept-encoding", "identity,deflate,gzip");
  }
  return { code: status.code, details: status.message, metadata };
}

function rpcStatusOf(problem: Problem): RpcStatus {
  if (problem.kind === "refused") {
    const { grpc, message } = STATUS_OF_REFUSAL[problem.cause];
    return { code: grpc, message, retryAfterMs: problem.retryAfterMs };
  }
  const badField = BAD_FIELD[problem.cause];
  const status = { code: rowOf(problem).grpc, message: problem.message };
  return badField === undefined ? status : { ...status, badField };
}

function rowOf(problem: Problem): StatusRow {
  return problem.kind === "refused" ? STATUS_OF_REFUSAL[problem.cause] : STATUS_OF_REJECTION[problem.cause];
}
