/**
 * protobufjs on our .proto files: the independent encoder and decoder that tests compare with.
 * Sub-messages repeated on the wire are replaced by protobufjs, not merged; tests of merging state what they expect.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

const PROTO_ROOT = fileURLToPath(new URL("../../../proto/", import.meta.url));

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => {
  // protobufjs brings the well-known types itself and asks for them by their plain name.
  return target.startsWith("google/protobuf/") ? target : join(PROTO_ROOT, target);
};
root.loadSync([
  "opentelemetry/proto/collector/logs/v1/logs_service.proto",
  "google/rpc/status.proto",
  "google/rpc/error_details.proto",
]);

export const ExportLogsServiceRequest: protobuf.Type = root.lookupType(
  "opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest",
);
export const ExportLogsServiceResponse: protobuf.Type = root.lookupType(
  "opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse",
);
export const Status: protobuf.Type = root.lookupType("google.rpc.Status");
export const RetryInfo: protobuf.Type = root.lookupType("google.rpc.RetryInfo");
