/**
 * OTLP log requests for tests, encoded by protobufjs from a descriptor of its own: independent of the product's wire walk,
 * of the stand-in's decoder and of the load generator's encoder, so that it can judge all three.
 */
import protobuf from "protobufjs";

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

function field(type: string, id: number): protobuf.IField {
  return { type, id };
}

function repeated(type: string, id: number): protobuf.IField {
  return { type, id, rule: "repeated" };
}

const ROOT: protobuf.Root = protobuf.Root.fromJSON({
  nested: {
    LogsRequest: { fields: { resourceLogs: repeated("ResourceLogs", 1) } },
    ResourceLogs: {
      fields: { resource: field("Resource", 1), scopeLogs: repeated("ScopeLogs", 2), schemaUrl: field("string", 3) },
    },
    Resource: { fields: { attributes: repeated("KeyValue", 1), droppedAttributesCount: field("uint32", 2) } },
    ScopeLogs: {
      fields: { scope: field("Scope", 1), logRecords: repeated("LogRecord", 2), schemaUrl: field("string", 3) },
    },
    Scope: {
      fields: { name: field("string", 1), version: field("string", 2), attributes: repeated("KeyValue", 3) },
    },
    LogRecord: {
      fields: {
        timeUnixNano: field("fixed64", 1),
        severityNumber: field("int32", 2),
        severityText: field("string", 3),
        body: field("AnyValue", 5),
        attributes: repeated("KeyValue", 6),
        droppedAttributesCount: field("uint32", 7),
        flags: field("fixed32", 8),
        traceId: field("bytes", 9),
        spanId: field("bytes", 10),
        observedTimeUnixNano: field("fixed64", 11),
        eventName: field("string", 12),
      },
    },
    KeyValue: { fields: { key: field("string", 1), value: field("AnyValue", 2) } },
    AnyValue: {
      oneofs: {
        value: {
          oneof: ["stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue"],
        },
      },
      fields: {
        stringValue: field("string", 1),
        boolValue: field("bool", 2),
        intValue: field("int64", 3),
        doubleValue: field("double", 4),
        arrayValue: field("ArrayValue", 5),
        kvlistValue: field("KeyValueList", 6),
        bytesValue: field("bytes", 7),
      },
    },
    ArrayValue: { fields: { values: repeated("AnyValue", 1) } },
    KeyValueList: { fields: { values: repeated("KeyValue", 1) } },
  },
});

/** The request's wire bytes. */
export function encodeLogsRequest(request: LogsRequestMessage): Uint8Array {
  const type = ROOT.lookupType("LogsRequest");
  return Uint8Array.from(type.encode(type.fromObject(request)).finish());
}

/** The request as plain objects: 64-bit integers as text, bytes as base64, absent fields absent. */
export function decodeLogsRequest(bytes: Uint8Array): LogsRequestMessage {
  const type = ROOT.lookupType("LogsRequest");
  return type.toObject(type.decode(bytes), { longs: String, bytes: String }) as LogsRequestMessage;
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
