/**
 * The operator's headers as they go out: lower-case names, checked when the exporter is made, because a header that
 * cannot be sent would fail every request for ever. Values may be credentials and are never printed.
 */

/** RFC 9110 §5.6.2, token. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 §5.5, field value: visible Latin-1, blanks and tabs. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** The exporter's own business. */
const RESERVED: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** @throws Error with one sentence that names the header and never its value */
export function requestHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name))
      throw new Error("otlphttp.headers has a name that HTTP does not allow: wanted letters, digits, -");
    const lowerName = name.toLowerCase();
    if (RESERVED.has(lowerName))
      throw new Error(`otlphttp.headers sets ${lowerName}, which the exporter sets: remove it`);
    if (!VALUE.test(value)) throw new Error(`otlphttp.headers has a value for ${lowerName} that HTTP does not allow`);
    checked[lowerName] = value;
  }
  return checked;
}
