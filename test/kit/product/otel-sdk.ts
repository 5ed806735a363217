/** The OpenTelemetry SDK for JavaScript as applications set it up: provider, batch processor, one of its three exporters. */

import type { Attributes } from "@opentelemetry/api";
import type { Logger } from "@opentelemetry/api-logs";
import { OTLPLogExporter as GrpcExporter } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { onTestFinished } from "vitest";

export const SDK_PROTOCOLS = ["grpc", "http/protobuf", "http/json"] as const;
export type SdkProtocol = (typeof SDK_PROTOCOLS)[number];

export interface SdkEndpoints {
  /** host:port */
  readonly grpc: string;
  /** Base URL. */
  readonly http: string;
}

export interface SdkClient {
  readonly provider: LoggerProvider;
  readonly logger: Logger;
  /** Outcomes of the exporter's requests: undefined for success, else its error. */
  readonly outcomes: (Error | undefined)[];
}

/** A provider that exports to the product; shut down when the test ends. Its queue holds every record a test emits. */
export function sdkClient(protocol: SdkProtocol, endpoints: SdkEndpoints, resource: Attributes): SdkClient {
  const outcomes: (Error | undefined)[] = [];
  const exporter = observed(exporterFor(protocol, endpoints), outcomes);
  const provider = new LoggerProvider({
    resource: resourceFromAttributes(resource),
    processors: [new BatchLogRecordProcessor({ exporter, maxQueueSize: 100_000 })],
  });
  onTestFinished(() => provider.shutdown());
  return { provider, logger: provider.getLogger("shop.orders", "2.1.0"), outcomes };
}

function exporterFor(protocol: SdkProtocol, { grpc, http }: SdkEndpoints): LogRecordExporter {
  const url = `${http}/v1/logs`;
  if (protocol === "grpc") return new GrpcExporter({ url: `http://${grpc}` });
  return protocol === "http/json" ? new JsonExporter({ url }) : new ProtobufExporter({ url });
}

function observed(exporter: LogRecordExporter, outcomes: (Error | undefined)[]): LogRecordExporter {
  return {
    export: (records, done) =>
      exporter.export(records, (result) => {
        outcomes.push(result.code === 0 ? undefined : (result.error ?? new Error("export failed")));
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
