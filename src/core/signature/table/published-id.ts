/**
 * Pattern id: the name of a pattern outside of the process. One version character, then base64url characters of SHA-256
 * over service, severity class and plain template, six bits each. A pure function, hence equal on every instance and
 * after every restart. Computed once a row at most, never on a hit.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "../../otlp/wire/utf8.ts";

export const ID_LENGTH = 12;
/** Changes whenever a change of the masks changes ids. */
export const ID_VERSION = "1";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BITS_PER_CHARACTER = 6;

/** @param severityClass a name out of SEVERITY_CLASSES */
export function publishedId(service: string, severityClass: string, template: string): string {
  const digest = sha256(encodeUtf8(`${service}\0${severityClass}\0${template}`));
  let id = ID_VERSION;
  let bits = 0;
  let held = 0;
  let at = 0;
  while (id.length < ID_LENGTH) {
    if (held < BITS_PER_CHARACTER) {
      bits = ((bits << 8) | digest[at++]) & 0xffff;
      held += 8;
    }
    held -= BITS_PER_CHARACTER;
    id += ALPHABET[(bits >> held) & 63];
  }
  return id;
}
