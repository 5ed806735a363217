/** Batches as OTLP/JSON, spelled as the JavaScript SDK's exporter spells it: times as text, ids in hex. */
import type { AttributePair, TrafficBatch, TrafficRecord } from "../world/traffic.ts";
import type { WireRequest } from "./wire-request.ts";

const TIME_KEYS = ['"timeUnixNano":"', '"observedTimeUnixNano":"'] as const;
const TRACE_KEY = '"traceId":"';

/** One resourceLogs and one scopeLogs element a batch. */
export function encodeJson(batches: readonly TrafficBatch[]): WireRequest {
  const document = {
    resourceLogs: batches.map(({ resource, records }) => ({
      resource: { attributes: resource.attributes.map(attributeJson), droppedAttributesCount: 0 },
      scopeLogs: [{ scope: { name: resource.scopeName }, logRecords: records.map(recordJson) }],
    })),
  };
  const bytes = Buffer.from(JSON.stringify(document));
  return {
    encoding: "json",
    records: batches.reduce((sum, batch) => sum + batch.records.length, 0),
    bytes,
    timeOffsets: Uint32Array.from(TIME_KEYS.flatMap((key) => valueOffsets(bytes, key))),
    traceOffsets: Uint32Array.from(valueOffsets(bytes, TRACE_KEY)),
  };
}

function recordJson(record: TrafficRecord): object {
  const nanos = `${Math.floor(record.timeMs)}000000`;
  return {
    timeUnixNano: nanos,
    observedTimeUnixNano: nanos,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: { stringValue: record.body },
    attributes: record.attributes.map(attributeJson),
    droppedAttributesCount: 0,
    ...(record.traceId === "" ? {} : { flags: 1, traceId: record.traceId, spanId: record.spanId }),
  };
}

function attributeJson({ key, value }: AttributePair): object {
  if (typeof value === "string") return { key, value: { stringValue: value } };
  if (typeof value === "boolean") return { key, value: { boolValue: value } };
  return { key, value: Number.isInteger(value) ? { intValue: value } : { doubleValue: value } };
}

/** Where the values of a key begin. Inside of texts the key's quotes are escaped, so only keys are found. */
function valueOffsets(bytes: Buffer, key: string): number[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + key.length)) offsets.push(at + key.length);
  return offsets;
}
