/** A gRPC logs receiver that answers as a test says: a real server on a free port, closed when the test ends. */
import type { ServerUnaryCall, ServiceError, sendUnaryData } from "@grpc/grpc-js";
import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import { RetryInfo, Status } from "../otlp/otlp-schema.ts";

/** The bytes of the response, or a refusal, or undefined to never answer. */
export type GrpcAnswer = Uint8Array | { readonly code: status; readonly retryDelaySeconds?: number } | undefined;

export interface GrpcReceiver {
  /** host:port. */
  readonly endpoint: string;
  readonly requests: { readonly body: Uint8Array; readonly metadata: Metadata }[];
}

const PATH = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

/** @param answer called with the number of the request, from 0 */
export async function grpcReceiverForTest(answer: (request: number) => GrpcAnswer): Promise<GrpcReceiver> {
  const requests: { body: Uint8Array; metadata: Metadata }[] = [];
  const server = new Server();
  const raw = { requestSerialize: asBuffer, requestDeserialize: asBuffer, responseSerialize: asBuffer };
  server.addService(
    {
      Export: { path: PATH, requestStream: false, responseStream: false, responseDeserialize: asBuffer, ...raw },
    },
    {
      Export: (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
        const given = answer(requests.push({ body: call.request, metadata: call.metadata }) - 1);
        if (given === undefined) return;
        if (given instanceof Uint8Array) done(null, asBuffer(given));
        else done(refusal(given.code, given.retryDelaySeconds));
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  onTestFinished(() => server.forceShutdown());
  return { endpoint: `127.0.0.1:${port}`, requests };
}

function refusal(code: status, retryDelaySeconds: number | undefined): Partial<ServiceError> {
  const metadata = new Metadata();
  if (retryDelaySeconds !== undefined) {
    const retryDelay = { seconds: Math.floor(retryDelaySeconds), nanos: Math.round((retryDelaySeconds % 1) * 1e9) };
    const value = RetryInfo.encode(RetryInfo.fromObject({ retryDelay })).finish();
    const details = [{ type_url: "type.googleapis.com/google.rpc.RetryInfo", value }];
    const bytes = Status.encode(Status.fromObject({ code, message: "busy", details })).finish();
    metadata.set("grpc-status-details-bin", Buffer.from(bytes));
  }
  return { code, details: status[code], metadata };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
