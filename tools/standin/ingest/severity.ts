/**
 * What severity the destination stores. Written from the contract, apart from the product's own severity code, so that
 * the two can be compared: the text is normalised to six names (anything unknown is info), a level found inside a JSON
 * body overrides it, and a severity number above 0 decides the stored text but leaves a number found in the body.
 */

const TEXT_NAMES: ReadonlyMap<string, string> = new Map([
  ...["critical", "fatal", "crit", "alert", "emerg"].map((alias): [string, string] => [alias, "fatal"]),
  ...["error", "err", "eror"].map((alias): [string, string] => [alias, "error"]),
  ...["warn", "warning"].map((alias): [string, string] => [alias, "warn"]),
  ...["info", "information", "informational"].map((alias): [string, string] => [alias, "info"]),
  ...["debug", "dbug"].map((alias): [string, string] => [alias, "debug"]),
  ["trace", "trace"],
]);

/** Name of the class at index ceil(number / 4) - 1, and its first number at the same index. */
const NAMES: readonly string[] = ["trace", "debug", "info", "warn", "error", "fatal"];

const BODY_KEYS = ["level", "severity", "log.level", "config.log_level"] as const;

export interface StoredSeverity {
  /** One of the six names, or "unknown" for a number above 24. */
  readonly text: string;
  readonly number: number;
}

/**
 * @param number LogRecord.severity_number, any 32-bit integer
 * @param text LogRecord.severity_text
 * @param body the body as it will be stored
 */
export function storedSeverity(number: number, text: string, body: string): StoredSeverity {
  const fromBody = levelInBody(body);
  const name = fromBody ?? TEXT_NAMES.get(text.toLowerCase()) ?? "info";
  if (number <= 0) return { text: name, number: numberOf(name) };
  return {
    text: number > 24 ? "unknown" : (NAMES[Math.ceil(number / 4) - 1] ?? "unknown"),
    number: fromBody === undefined ? number : numberOf(fromBody),
  };
}

function numberOf(name: string): number {
  return NAMES.indexOf(name) * 4 + 1;
}

/** Exactly one of the six names, in any case; aliases such as "warning" do not count here. */
function levelInBody(body: string): string | undefined {
  // Only an object can hold the keys; the test saves a throwing parse for every plain line.
  if (!/^\s*\{/.test(body)) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(document));
  for (const key of BODY_KEYS) {
    const value = members.get(key);
    const level = typeof value === "string" ? value.toLowerCase() : "";
    if (NAMES.includes(level)) return level;
  }
  return undefined;
}
