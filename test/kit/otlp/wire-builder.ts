/**
 * Writes protobuf wire format field by field, for messages no sane encoder produces: shuffled, repeated, unknown,
 * overlong, truncated.
 */
export type Bytes = readonly number[];

/** @param pad bytes to spend at least: overlong encodings are legal up to ten */
export function varint(value: bigint | number, pad = 1): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest >= 0x80n || bytes.length + 1 < pad) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

export function tag(field: number, wireType: number): number[] {
  return varint((BigInt(field) << 3n) | BigInt(wireType));
}

export function varintField(field: number, value: bigint | number): number[] {
  return [...tag(field, 0), ...varint(value)];
}

export function fixed64Field(field: number, value: bigint): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return [...tag(field, 1), ...bytes];
}

export function doubleField(field: number, value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [...tag(field, 1), ...bytes];
}

export function fixed32Field(field: number, value: number): number[] {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return [...tag(field, 5), ...bytes];
}

/** A length-delimited field: bytes, a string's UTF-8, or a message's fields one after the other. */
export function bytesField(field: number, ...content: readonly (string | Bytes | Uint8Array)[]): number[] {
  const bytes = content.flatMap((part) => [...(typeof part === "string" ? Buffer.from(part, "utf8") : part)]);
  return [...tag(field, 2), ...varint(bytes.length), ...bytes];
}

/** A string attribute as field `field` of the message it stands in. */
export function attribute(field: number, key: string, value: string): number[] {
  return bytesField(field, bytesField(1, key), bytesField(2, bytesField(1, value)));
}

/** An AnyValue content nested `levels` deep. */
export function nestedValue(levels: number, kind: "array" | "kvlist"): number[] {
  let value = bytesField(1, "x");
  for (let level = 1; level < levels; level++) {
    value = kind === "array" ? bytesField(5, bytesField(1, value)) : bytesField(6, bytesField(1, bytesField(2, value)));
  }
  return value;
}

/** A request with one ResourceLogs and one ScopeLogs around records given by their contents. */
export function requestOf(...records: readonly (Bytes | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(bytesField(1, bytesField(2, ...records.map((record) => bytesField(2, record)))));
}
