/**
 * Arbitrary ExportLogsServiceRequests as plain objects in protobufjs's shape: camelCase names, 64-bit integers as
 * decimal text, bytes as Uint8Array. Every field of the logs schema occurs, and is absent now and then.
 */
import fc from "fast-check";

const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme-ascii", maxLength: 300 }),
  fc.constantFrom(
    "",
    '"\\/\b\f\n\r\t',
    "\u0000\u001f\u007f\u0080\u07ff\u0800\uffff",
    "😀",
    "__proto__",
    "x".repeat(130),
  ),
);
const uint64: fc.Arbitrary<string> = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const int64: fc.Arbitrary<string> = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const uint32: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = (size?: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array(size === undefined ? { maxLength: 20 } : { minLength: size, maxLength: size });

interface Nodes {
  value: object;
  pair: object;
}

const { value, pair } = fc.letrec<Nodes>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64 }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: bytes() }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie("value"), { maxLength: 4 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie("pair"), { maxLength: 4 }) }) }),
  ),
  pair: fc.record({ key: text, value: tie("value") }, { requiredKeys: [] }),
}));
const attributes: fc.Arbitrary<object[]> = fc.array(pair, { maxLength: 4 });

const record = fc.record(
  {
    timeUnixNano: uint64,
    observedTimeUnixNano: uint64,
    severityNumber: fc.oneof(fc.integer({ min: 0, max: 24 }), fc.integer()),
    severityText: text,
    body: value,
    attributes,
    droppedAttributesCount: uint32,
    flags: uint32,
    traceId: bytes(16),
    spanId: bytes(8),
    eventName: text,
  },
  { requiredKeys: [] },
);
const scope = fc.record(
  { name: text, version: text, attributes, droppedAttributesCount: uint32 },
  { requiredKeys: [] },
);
const scopeLogs = fc.record(
  { scope, logRecords: fc.array(record, { maxLength: 4 }), schemaUrl: text },
  { requiredKeys: [] },
);
const entityRef = fc.record(
  {
    schemaUrl: text,
    type: text,
    idKeys: fc.array(text, { maxLength: 3 }),
    descriptionKeys: fc.array(text, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const resource = fc.record(
  { attributes, droppedAttributesCount: uint32, entityRefs: fc.array(entityRef, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const resourceLogs = fc.record(
  { resource, scopeLogs: fc.array(scopeLogs, { maxLength: 3 }), schemaUrl: text },
  { requiredKeys: [] },
);

export const logsRequest: fc.Arbitrary<object> = fc.record({ resourceLogs: fc.array(resourceLogs, { maxLength: 3 }) });
