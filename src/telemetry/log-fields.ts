/**
 * The last gate before our own log: what a field may look like, whoever wrote it. Callers already say closed vocabulary
 * only; this bounds what a mistake could cost: lengths, depth, secrets by name, and errors that quote what they choked
 * on.
 */
const MAX_TEXT_CHARACTERS = 512;
const MAX_ITEMS = 20;
const MAX_FIELDS = 32;
const MAX_DEPTH = 3;
const SECRET_NAME = /(?:^|[_.-])(?:api[_-]?key|token|secret|password|passwd|authorization|cookie|credentials?)$/i;
/** camelCase names: apiKey, adminToken. */
const SECRET_CAMEL_NAME = /(?:apiKey|Token|Secret|Password|Authorization|Cookie)$/;

/** What a line says of itself; a field of that name gets an underscore. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["level", "time", "message"]);

/** @returns the fields as they are printed: plain JSON values, bounded, without secrets */
export function loggableFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => [RESERVED_NAMES.has(name) ? `${name}_` : name, value]);
  return loggableObject(Object.fromEntries(entries), 0);
}

function loggableObject(fields: object, depth: number): Record<string, unknown> {
  const loggable: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields).slice(0, MAX_FIELDS)) {
    const isSecret = SECRET_NAME.test(name) || SECRET_CAMEL_NAME.test(name);
    loggable[name] = isSecret ? "[redacted]" : loggableValue(value, depth + 1);
  }
  return loggable;
}

function loggableValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
      return clip(value);
    case "bigint":
      return value.toString();
    case "number":
      // JSON has no word for these; null would hide which one it was.
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
    case "undefined":
      return value;
    case "function":
    case "symbol":
      return `[${typeof value}]`;
    case "object":
      return value === null ? null : loggableReference(value, depth);
  }
}

function loggableReference(value: object, depth: number): unknown {
  if (value instanceof Error) return loggableError(value, depth);
  // Bytes are data of somebody's; their number is all that a log needs.
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return "[…]";
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => loggableValue(item, depth + 1));
  // A Secret, a URL, a Date: what they say of themselves.
  if ("toJSON" in value && typeof value.toJSON === "function") return loggableValue(value.toJSON(), depth + 1);
  return loggableObject(value, depth);
}

/** Name, code and message. No stack and no other property: libraries hang requests and bodies on errors. */
function loggableError(error: Error, depth: number): Record<string, unknown> {
  const code = "code" in error && typeof error.code === "string" ? { code: clip(error.code) } : {};
  const cause =
    error.cause instanceof Error && depth < MAX_DEPTH ? { cause: loggableError(error.cause, depth + 1) } : {};
  return { type: clip(error.name), ...code, message: clip(error.message), ...cause };
}

function clip(text: string): string {
  return text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS)}…`;
}
