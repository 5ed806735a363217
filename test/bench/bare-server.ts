/**
 * What the transports cost without us: node:http and grpc-js servers that read every request whole and answer an empty
 * success. `tsx test/bench/bare-server.ts GRPC_PORT HTTP_PORT`.
 */
import { createServer } from "node:http";
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { Server, ServerCredentials } from "@grpc/grpc-js";

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);
const [, , grpcPort = "", httpPort = ""] = process.argv;

const http = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    Buffer.concat(chunks);
    response.writeHead(200, { "Content-Type": "application/x-protobuf", "Content-Length": "0" });
    response.end();
  });
});
http.listen(Number(httpPort), "127.0.0.1");

const passThrough = (bytes: Buffer): Buffer => bytes;
const grpc = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
grpc.addService(
  {
    Export: {
      path: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
      requestStream: false,
      responseStream: false,
      requestSerialize: passThrough,
      requestDeserialize: passThrough,
      responseSerialize: passThrough,
      responseDeserialize: passThrough,
    },
  },
  { Export: (_call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => callback(null, EMPTY) },
);
grpc.bindAsync(`127.0.0.1:${grpcPort}`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
});
process.once("SIGTERM", () => process.exit(0));
