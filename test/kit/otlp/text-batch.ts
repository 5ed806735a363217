/** A batch of plain text bodies, as the index pass would leave it: for measurements that must not pay for the index. */
import type { LogBatch } from "../../../src/model/log-batch.ts";
import { BODY_STRING } from "../../../src/model/log-batch.ts";

export interface TextLine {
  readonly text: string;
  readonly service: string;
  /** SeverityNumber; default INFO. */
  readonly severity?: number;
}

/** Records without times, traces and attributes, one a line. */
export function textBatch(lines: readonly TextLine[]): LogBatch {
  const encoder = new TextEncoder();
  const encoded = lines.map(({ text }) => encoder.encode(text));
  const size = encoded.reduce((sum, line) => sum + line.length, 0);
  const count = lines.length;
  const services = [...new Set(lines.map(({ service }) => service))];
  const numbers = new Map(services.map((service, i) => [service, i]));
  const batch: LogBatch = {
    bytes: new Uint8Array(size),
    length: size,
    recordCount: count,
    rejected: new Uint32Array(3),
    rejectedMessage: "",
    weighted: false,
    incoming: new Float64Array(0),
    recordStart: new Uint32Array(count),
    recordEnd: new Uint32Array(count),
    bodyStart: new Uint32Array(count),
    bodyEnd: new Uint32Array(count),
    bodyKind: new Uint8Array(count).fill(BODY_STRING),
    severity: Uint8Array.from(lines, ({ severity }) => severity ?? 9),
    timeMs: new Float64Array(count),
    traceStart: new Uint32Array(count),
    spanStart: new Uint32Array(count),
    eventStart: new Uint32Array(count),
    eventEnd: new Uint32Array(count),
    marks: new Uint16Array(count),
    scope: Uint32Array.from(lines, ({ service }) => numbers.get(service) ?? 0),
    scopes: services.map((_, resource) => ({ resource, start: 0, end: 0, envelope: [] })),
    scopeCount: services.length,
    resources: services.map((service) => ({ start: 0, end: 0, envelope: [], service })),
    resourceCount: services.length,
    pattern: new Int32Array(count),
  };
  let at = 0;
  encoded.forEach((line, i) => {
    batch.bytes.set(line, at);
    batch.bodyStart[i] = at;
    at += line.length;
    batch.bodyEnd[i] = at;
  });
  return batch;
}
