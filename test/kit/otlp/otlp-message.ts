/**
 * OTLP log requests in the shape of their messages, so that one object can be written as protobuf and as OTLP/JSON.
 * Encoded by protobufjs: independent of the product's wire walk, of the stand-in's decoder and of the load generator.
 */
import { ExportLogsServiceRequest } from "./otlp-schema.ts";

export interface AnyValueMessage {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly AnyValueMessage[] };
  readonly kvlistValue?: { readonly values: readonly KeyValueMessage[] };
  readonly bytesValue?: Uint8Array;
}

export interface KeyValueMessage {
  readonly key: string;
  readonly value?: AnyValueMessage;
}

export interface LogRecordMessage {
  /** Decimal text or number; protobufjs needs text beyond 2^53. */
  readonly timeUnixNano?: number | string;
  readonly observedTimeUnixNano?: number | string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: AnyValueMessage;
  readonly attributes?: readonly KeyValueMessage[];
  readonly flags?: number;
  readonly traceId?: Uint8Array;
  readonly spanId?: Uint8Array;
  readonly eventName?: string;
}

export interface ResourceLogsMessage {
  readonly resource?: { readonly attributes: readonly KeyValueMessage[] };
  readonly scopeLogs?: readonly {
    readonly scope?: {
      readonly name?: string;
      readonly version?: string;
      readonly attributes?: readonly KeyValueMessage[];
    };
    readonly logRecords?: readonly LogRecordMessage[];
  }[];
}

export interface LogsRequestMessage {
  readonly resourceLogs: readonly ResourceLogsMessage[];
}

/** The request's wire bytes. */
export function encodeLogsRequest(request: LogsRequestMessage): Uint8Array {
  return Uint8Array.from(ExportLogsServiceRequest.encode(ExportLogsServiceRequest.fromObject(request)).finish());
}

/** The request as plain objects: 64-bit integers as text, bytes as base64, absent fields absent. */
export function decodeLogsRequest(bytes: Uint8Array): LogsRequestMessage {
  return ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(bytes), {
    longs: String,
    bytes: String,
  }) as LogsRequestMessage;
}

/** A request with one resource and one scope around these records. */
export function requestOf(
  records: readonly LogRecordMessage[],
  resourceAttributes: readonly KeyValueMessage[] = [stringAttribute("service.name", "shop")],
): LogsRequestMessage {
  return {
    resourceLogs: [
      {
        resource: { attributes: resourceAttributes },
        scopeLogs: [{ scope: { name: "app", version: "1.2" }, logRecords: records }],
      },
    ],
  };
}

export function stringAttribute(key: string, value: string): KeyValueMessage {
  return { key, value: { stringValue: value } };
}
