/**
 * The headers that decide how a body is read. Ordinary values are recognised by one comparison; the rest is parsed as
 * HTTP says (case-insensitive, parameters allowed).
 */
import type { Compression } from "../inflate.ts";
import type { BodyFormat } from "./status.ts";

const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;

export const CONTENT_TYPE_OF: Readonly<Record<BodyFormat, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** @returns undefined: 415 */
export function parseContentType(value: string | undefined): BodyFormat | undefined {
  if (value === undefined) return undefined;
  if (value === CONTENT_TYPE_OF.protobuf) return "protobuf";
  if (value === CONTENT_TYPE_OF.json) return "json";
  const semicolon = value.indexOf(";");
  const mediaType = (semicolon === -1 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  if (mediaType === CONTENT_TYPE_OF.protobuf) return "protobuf";
  return mediaType === CONTENT_TYPE_OF.json ? "json" : undefined;
}

/** @returns undefined: 415. Several codings in a row are not taken: no OTLP sender applies two. */
export function parseContentEncoding(value: string | undefined): Compression | "identity" | undefined {
  if (value === undefined || value === "") return "identity";
  const coding = value.trim().toLowerCase();
  switch (coding) {
    case "identity":
    case "gzip":
    case "deflate":
    case "zstd":
      return coding;
    case "x-gzip":
      return "gzip";
    default:
      return undefined;
  }
}

/**
 * True when the request is for `path`, whatever its query.
 * @param target as in the request line: a path, or an absolute URL, which RFC 9112 §3.2.2 bids servers take
 */
export function isForPath(target: string, path: string): boolean {
  const start = target.charCodeAt(0) === SLASH ? 0 : pathStart(target);
  if (!target.startsWith(path, start)) return false;
  const end = start + path.length;
  return end === target.length || target.charCodeAt(end) === QUESTION_MARK;
}

/** Where the path of http://authority/path begins; the end when it has none, or is no such URL. */
function pathStart(target: string): number {
  const scheme = target.slice(0, "https://".length).toLowerCase();
  const authority = scheme.startsWith("http://") ? 7 : scheme === "https://" ? 8 : target.length;
  const slash = target.indexOf("/", authority);
  const query = target.indexOf("?", authority);
  const hasPath = slash > authority && (query < 0 || query > slash);
  return hasPath ? slash : target.length;
}
