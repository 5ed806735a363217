/**
 * The part of the OTLP logs schema (opentelemetry-proto 1.11, logs/v1, common/v1, resource/v1) that walking needs,
 * as one flat table: message kind and field number give the expected wire type, whether it is a string, and the kind
 * of a nested message. Field numbers above 15 are unknown to every message here and are skipped.
 */
export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_FIXED32 = 5;

export const KIND_REQUEST = 0;
export const KIND_RESOURCE_LOGS = 1;
export const KIND_SCOPE_LOGS = 2;
export const KIND_RESOURCE = 3;
export const KIND_SCOPE = 4;
export const KIND_ENTITY_REF = 5;
export const KIND_RECORD = 6;
export const KIND_ANY_VALUE = 7;
export const KIND_ARRAY = 8;
export const KIND_KEY_VALUE_LIST = 9;
export const KIND_KEY_VALUE = 10;

/** Tags and field numbers that several files compare against. */
export const TAG_RESOURCE_LOGS = 0x0a;
export const TAG_RESOURCE = 0x0a;
export const TAG_SCOPE_LOGS = 0x12;
export const TAG_LOG_RECORD = 0x12;
export const TAG_RECORD_ATTRIBUTE = 0x32;
export const FIELD_RECORD_ATTRIBUTES = 6;
export const FIELD_RESOURCE_ATTRIBUTES = 1;

/** Bits of a table entry: 0-2 wire type, then the flags, then the kind of a nested message. 0 = unknown field. */
export const FIELD_WIRE_TYPE = 7;
export const FIELD_KNOWN = 8;
export const FIELD_STRING = 16;
export const FIELD_STRINDEX = 32;
export const FIELD_CHILD_SHIFT = 8;

/** Entry of field `f` (1..15) of kind `k` at `k << 4 | f`. Never written to after this module is evaluated. */
export const WIRE_FIELDS: Uint16Array = buildTable();

function buildTable(): Uint16Array {
  const table = new Uint16Array(16 * 16);
  const known = (kind: number, field: number, wireType: number, flags: number): void => {
    table[(kind << 4) | field] = FIELD_KNOWN | wireType | flags;
  };
  const text = (kind: number, ...fields: number[]): void => {
    for (const field of fields) known(kind, field, WIRE_BYTES, FIELD_STRING);
  };
  const nested = (kind: number, field: number, child: number): void => {
    known(kind, field, WIRE_BYTES, child << FIELD_CHILD_SHIFT);
  };

  known(KIND_REQUEST, 1, WIRE_BYTES, 0);

  nested(KIND_RESOURCE_LOGS, 1, KIND_RESOURCE);
  known(KIND_RESOURCE_LOGS, 2, WIRE_BYTES, 0);
  text(KIND_RESOURCE_LOGS, 3);

  nested(KIND_SCOPE_LOGS, 1, KIND_SCOPE);
  known(KIND_SCOPE_LOGS, 2, WIRE_BYTES, 0);
  text(KIND_SCOPE_LOGS, 3);

  nested(KIND_RESOURCE, 1, KIND_KEY_VALUE);
  known(KIND_RESOURCE, 2, WIRE_VARINT, 0);
  nested(KIND_RESOURCE, 3, KIND_ENTITY_REF);

  text(KIND_SCOPE, 1, 2);
  nested(KIND_SCOPE, 3, KIND_KEY_VALUE);
  known(KIND_SCOPE, 4, WIRE_VARINT, 0);

  text(KIND_ENTITY_REF, 1, 2, 3, 4);

  known(KIND_RECORD, 1, WIRE_FIXED64, 0);
  known(KIND_RECORD, 2, WIRE_VARINT, 0);
  text(KIND_RECORD, 3, 12);
  nested(KIND_RECORD, 5, KIND_ANY_VALUE);
  nested(KIND_RECORD, 6, KIND_KEY_VALUE);
  known(KIND_RECORD, 7, WIRE_VARINT, 0);
  known(KIND_RECORD, 8, WIRE_FIXED32, 0);
  known(KIND_RECORD, 9, WIRE_BYTES, 0);
  known(KIND_RECORD, 10, WIRE_BYTES, 0);
  known(KIND_RECORD, 11, WIRE_FIXED64, 0);

  text(KIND_ANY_VALUE, 1);
  known(KIND_ANY_VALUE, 2, WIRE_VARINT, 0);
  known(KIND_ANY_VALUE, 3, WIRE_VARINT, 0);
  known(KIND_ANY_VALUE, 4, WIRE_FIXED64, 0);
  nested(KIND_ANY_VALUE, 5, KIND_ARRAY);
  nested(KIND_ANY_VALUE, 6, KIND_KEY_VALUE_LIST);
  known(KIND_ANY_VALUE, 7, WIRE_BYTES, 0);
  known(KIND_ANY_VALUE, 8, WIRE_VARINT, FIELD_STRINDEX);

  nested(KIND_ARRAY, 1, KIND_ANY_VALUE);
  nested(KIND_KEY_VALUE_LIST, 1, KIND_KEY_VALUE);

  text(KIND_KEY_VALUE, 1);
  nested(KIND_KEY_VALUE, 2, KIND_ANY_VALUE);
  known(KIND_KEY_VALUE, 3, WIRE_VARINT, FIELD_STRINDEX);
  return table;
}
