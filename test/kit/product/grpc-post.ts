/**
 * gRPC calls frame by frame over HTTP/2, for tests of a server: any prefix, encoding, path and metadata, which a real
 * client would not let pass.
 */
import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";
import { connect, constants } from "node:http2";
import { onTestFinished } from "vitest";
import { Status } from "../otlp/otlp-schema.ts";

export const EXPORT_LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

export interface GrpcReply {
  /** grpc-status. */
  readonly code: number;
  readonly message: string;
  readonly trailers: IncomingHttpHeaders;
  /** Content of the response message; undefined when there was none. */
  readonly response: Buffer | undefined;
  readonly details: readonly StatusDetail[];
}

export interface StatusDetail {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

export interface GrpcMessage {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Content of the request message. */
  readonly message?: Uint8Array;
  readonly compressed?: boolean;
  /** DATA as it is, instead of `message`. */
  readonly frames?: readonly Uint8Array[];
}

/** Closed when the test ends. */
export function grpcSession(target: string): ClientHttp2Session {
  const session = connect(`http://${target}`);
  session.on("error", () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

export function framed(message: Uint8Array, compressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed ? 1 : 0;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

export function call(session: ClientHttp2Session, request: GrpcMessage): Promise<GrpcReply> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: request.path ?? EXPORT_LOGS,
      "content-type": "application/grpc",
      te: "trailers",
      ...request.headers,
    });
    let trailers: IncomingHttpHeaders = {};
    const parts: Buffer[] = [];
    stream.on("response", (headers) => {
      trailers = headers;
    });
    stream.on("trailers", (headers) => {
      trailers = headers;
    });
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("error", reject);
    stream.on("close", () => {
      if (trailers["grpc-status"] === undefined) reject(new Error("the call ended without a status"));
      else resolve(replyOf(trailers, Buffer.concat(parts)));
    });
    for (const frame of request.frames ?? [framed(request.message ?? new Uint8Array(0), request.compressed)]) {
      stream.write(frame);
    }
    stream.end();
  });
}

function replyOf(trailers: IncomingHttpHeaders, data: Buffer): GrpcReply {
  const encoded = trailers["grpc-status-details-bin"];
  return {
    code: Number(trailers["grpc-status"]),
    message: decodeURIComponent(String(trailers["grpc-message"] ?? "")),
    trailers,
    response: data.length >= 5 ? data.subarray(5) : undefined,
    details: typeof encoded === "string" ? detailsOf(Buffer.from(encoded, "base64")) : [],
  };
}

/** The details of an encoded google.rpc.Status. */
export function detailsOf(status: Uint8Array): StatusDetail[] {
  const { details } = Status.toObject(Status.decode(status), { arrays: true });
  return details.map((any: { type_url?: string; typeUrl?: string; value: Uint8Array }) => ({
    typeUrl: any.typeUrl ?? any.type_url ?? "",
    value: any.value,
  }));
}
