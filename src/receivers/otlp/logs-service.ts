/**
 * The gRPC service definition: LogsService from our .proto files, with codecs that pass bytes through, because a
 * request stays bytes; and the export methods of the other OTLP signals, so that a sender of traces learns what is
 * wrong.
 */
import { join } from "node:path";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { load } from "@grpc/proto-loader";

const LOGS_PROTO = "opentelemetry/proto/collector/logs/v1/logs_service.proto";
const LOGS_SERVICE = "opentelemetry.proto.collector.logs.v1.LogsService";

/** Path of the one method that is served. */
export const EXPORT_LOGS_PATH: string = `/${LOGS_SERVICE}/Export`;

const OTHER_SIGNALS_PATHS: readonly string[] = [
  "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
  "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
];

const passThrough = (bytes: Buffer): Buffer => bytes;

/**
 * @param protoDirectory the directory that holds `opentelemetry/`
 * @returns name → method; throws Error when the files are missing or declare something else
 */
export async function loadLogsService(protoDirectory: string): Promise<ServiceDefinition> {
  const definition = await load(LOGS_PROTO, { includeDirs: [protoDirectory] });
  const service = definition[LOGS_SERVICE];
  const method = service !== undefined && "Export" in service ? service["Export"] : undefined;
  if (typeof method !== "object" || !("path" in method) || method.path !== EXPORT_LOGS_PATH) {
    throw new Error(`${join(protoDirectory, LOGS_PROTO)} does not declare ${EXPORT_LOGS_PATH}: restore the file`);
  }
  const methods = [EXPORT_LOGS_PATH, ...OTHER_SIGNALS_PATHS].map((path) => [path, unaryBytes(path)]);
  return Object.fromEntries(methods);
}

function unaryBytes(path: string): ServiceDefinition[string] {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: passThrough,
    requestDeserialize: passThrough,
    responseSerialize: passThrough,
    responseDeserialize: passThrough,
  };
}
