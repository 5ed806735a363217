/**
 * fast-check arbitraries of OTLP requests in protobuf: as plain objects for the request builder, as wire format that no
 * encoder writes (shuffled, repeated, unknown, overlong fields; strings that are not UTF-8), and as damaged bytes.
 */
import fc from "fast-check";
import type { PlainGroup, PlainRecord, PlainValue } from "./record-builder.ts";
import { bytesField, doubleField, fixed32Field, fixed64Field, tag, varint, varintField } from "./wire-builder.ts";

const level = fc.constantFrom("trace", "DEBUG", "info", "Warn", "ERROR", "fatal", "notice", "");

/** Bodies that matter to the severity rules, beside any text. */
const bodyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 300, unit: "binary" }),
  fc.string({ maxLength: 40 }),
  fc
    .record({ level, severity: level, "log.level": level, message: fc.string({ maxLength: 20 }) }, { requiredKeys: [] })
    .map((object) => JSON.stringify(object)),
  fc
    .record({
      config: fc.record({ at: fc.array(fc.object({ maxDepth: 1, maxKeys: 2 }), { maxLength: 2 }), log_level: level }),
    })
    .map((object) => JSON.stringify(object)),
);

const int64: fc.Arbitrary<bigint> = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const uint64: fc.Arbitrary<bigint> = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

const plainLeaf: fc.Arbitrary<PlainValue> = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.integer(),
  int64,
  fc.boolean(),
  fc.constant(null),
  fc.double().map((double) => ({ double })),
  fc.uint8Array({ maxLength: 20 }),
);

/** Values nested `depth` levels at most. */
function plainValue(depth: number): fc.Arbitrary<PlainValue> {
  if (depth === 0) return plainLeaf;
  const inner = plainValue(depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: plainLeaf },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.array(fc.tuple(fc.string({ maxLength: 10 }), inner), { maxLength: 3 }).map((list) => ({ list })),
    },
  );
}

const key: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(
    "service.name",
    "lipservice.weight",
    "lipservice.pattern",
    "sampling.threshold",
    "exception.type",
    "sampling.",
    "exception",
    "a".repeat(130),
  ),
);

const attributes: fc.Arbitrary<readonly (readonly [string, PlainValue])[]> = fc.array(fc.tuple(key, plainValue(3)), {
  maxLength: 6,
});

const identifier = (size: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ minLength: size, maxLength: size }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(size)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: size + 2 }) },
  );

export const plainRecord: fc.Arbitrary<PlainRecord> = fc.record(
  {
    body: fc.oneof({ weight: 3, arbitrary: bodyText }, { weight: 1, arbitrary: plainValue(3) }),
    severityNumber: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer()),
    severityText: fc.oneof(level, fc.constantFrom("CRITICAL", "emerg", "Eror", "warning", "information", "dbug")),
    attributes,
    time: uint64,
    observedTime: uint64,
    traceId: identifier(16),
    spanId: identifier(8),
    flags: fc.nat(),
    droppedAttributesCount: fc.nat(),
    eventName: fc.string({ maxLength: 12 }),
  },
  { requiredKeys: [] },
);

const plainGroup: fc.Arbitrary<PlainGroup> = fc.record(
  {
    resource: attributes,
    resourceSchemaUrl: fc.webUrl(),
    scope: fc.record({ name: fc.string(), version: fc.string(), attributes }, { requiredKeys: [] }),
    scopeSchemaUrl: fc.webUrl(),
    records: fc.array(plainRecord, { maxLength: 5 }),
  },
  { requiredKeys: ["records"] },
);

export const plainGroups: fc.Arbitrary<readonly PlainGroup[]> = fc.array(plainGroup, { maxLength: 3 });

type Wire = number[];

/** Up to `maxLength` of these fields, one after the other. */
const fields = (field: fc.Arbitrary<Wire>, maxLength: number): fc.Arbitrary<Wire> =>
  fc.array(field, { maxLength }).map((parts) => parts.flat());

const unknownField: fc.Arbitrary<Wire> = fc.oneof(
  fc.nat({ max: 1 << 20 }).map((value) => varintField(99, value)),
  fc.constant(fixed64Field(1000, 7n)),
  fc.constant(fixed32Field(200, 7)),
  fc.string({ maxLength: 20 }).map((text) => bytesField(4000, text)),
);

/** Text whose bytes need not be UTF-8. */
const looseText: fc.Arbitrary<Wire> = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map((bytes) => [...bytes]),
  fc.string({ maxLength: 150, unit: "binary" }).map((text) => [...Buffer.from(text)]),
  fc
    .constantFrom('{"level":"fatal"}', '{"level":"error"', "service.name", "lipservice.weight", "exception.x")
    .map((text) => [...Buffer.from(text)]),
);

/** AnyValue contents: members of the oneof repeated, unknown fields between them. */
function wireValue(depth: number): fc.Arbitrary<Wire> {
  const members: fc.Arbitrary<Wire>[] = [
    looseText.map((text) => bytesField(1, text)),
    fc.boolean().map((flag) => varintField(2, flag ? 1 : 0)),
    int64.map((value) => varintField(3, value)),
    fc.double().map((value) => doubleField(4, value)),
    looseText.map((bytes) => bytesField(7, bytes)),
    fc.nat().map((value) => varintField(8, value)),
    unknownField,
  ];
  if (depth > 0) {
    members.push(wireValue(depth - 1).map((value) => bytesField(5, bytesField(1, value))));
    members.push(wireKeyValue(depth - 1).map((pair) => bytesField(6, bytesField(1, pair))));
  }
  return fields(fc.oneof(...members), 2);
}

/** KeyValue contents: key and value in any order and number. */
function wireKeyValue(depth: number): fc.Arbitrary<Wire> {
  return fields(
    fc.oneof(
      { weight: 3, arbitrary: looseText.map((text) => bytesField(1, text)) },
      { weight: 3, arbitrary: wireValue(depth).map((value) => bytesField(2, value)) },
      { weight: 1, arbitrary: fc.nat().map((value) => varintField(3, value)) },
      { weight: 1, arbitrary: unknownField },
    ),
    4,
  );
}

/** LogRecord contents with fields in any order and number. */
export const wireRecord: fc.Arbitrary<Wire> = fields(
  fc.oneof(
    uint64.map((value) => fixed64Field(1, value)),
    fc.oneof(fc.bigInt({ min: -1n, max: 30n }), uint64).map((value) => varintField(2, value)),
    level.map((text) => bytesField(3, text)),
    fc.string({ maxLength: 9 }).map((text) => bytesField(4, text)),
    wireValue(2).map((value) => bytesField(5, value)),
    looseText.map((text) => bytesField(5, bytesField(1, text))),
    wireKeyValue(2).map((pair) => bytesField(6, pair)),
    fc.nat().map((value) => varintField(7, value)),
    fc.nat().map((value) => fixed32Field(8, value)),
    identifier(16).map((id) => bytesField(9, id)),
    identifier(8).map((id) => bytesField(10, id)),
    uint64.map((value) => fixed64Field(11, value)),
    looseText.map((text) => bytesField(12, text)),
    fc.integer({ min: 2, max: 10 }).map((pad) => [...tag(2, 0), ...varint(9, pad)]),
    fc.integer({ min: 2, max: 10 }).map((pad) => [...varint(0x1a, pad), ...varint(1, pad), 0x41]),
    unknownField,
  ),
  9,
);

/** Requests with fields in any order at every level, and several Resources and Scopes where one is usual. */
export const wireRequest: fc.Arbitrary<Wire> = fields(
  fc.oneof({ weight: 6, arbitrary: wireResourceLogs() }, { weight: 1, arbitrary: unknownField }),
  4,
);

function wireResourceLogs(): fc.Arbitrary<Wire> {
  const serviceName = looseText.map((text) =>
    bytesField(1, bytesField(1, "service.name"), bytesField(2, bytesField(1, text))),
  );
  const resource = fields(
    fc.oneof(
      serviceName,
      wireKeyValue(1).map((pair) => bytesField(1, pair)),
      fc.nat().map((count) => varintField(2, count)),
    ),
    3,
  );
  const scopeLogs = fields(
    fc.oneof(
      { weight: 4, arbitrary: wireRecord.map((record) => bytesField(2, record)) },
      { weight: 1, arbitrary: looseText.map((name) => bytesField(1, bytesField(1, name))) },
      { weight: 1, arbitrary: looseText.map((url) => bytesField(3, url)) },
      { weight: 1, arbitrary: unknownField },
    ),
    6,
  );
  return fields(
    fc.oneof(
      { weight: 3, arbitrary: scopeLogs.map((scope) => bytesField(2, scope)) },
      { weight: 2, arbitrary: resource.map((content) => bytesField(1, content)) },
      { weight: 1, arbitrary: looseText.map((url) => bytesField(3, url)) },
      { weight: 1, arbitrary: unknownField },
    ),
    5,
  ).map((content) => bytesField(1, content));
}

export interface Mutation {
  readonly kind: "truncate" | "set" | "insert" | "delete" | "duplicate";
  /** Where, as a share of the length. */
  readonly at: number;
  readonly byte: number;
  readonly length: number;
}

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Mutation["kind"]>("truncate", "set", "set", "insert", "delete", "duplicate"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0x00, 0x0a, 0x12, 0x2a, 0x32, 0x7f, 0x80, 0xff)),
    length: fc.integer({ min: 1, max: 8 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function mutate(bytes: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  let current = [...bytes];
  for (const change of changes) {
    const at = Math.floor(change.at * current.length);
    if (change.kind === "truncate") current = current.slice(0, at);
    else if (change.kind === "set" && at < current.length) current[at] = change.byte;
    else if (change.kind === "insert") current.splice(at, 0, change.byte);
    else if (change.kind === "delete") current.splice(at, change.length);
    else if (change.kind === "duplicate") current.splice(at, 0, ...current.slice(at, at + change.length));
  }
  return Uint8Array.from(current);
}
