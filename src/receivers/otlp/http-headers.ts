/**
 * The headers that decide how a body is read. Ordinary values are recognised by one comparison; the rest is parsed as
 * HTTP says (case-insensitive, parameters allowed).
 */
import type { Compression } from "../inflate.ts";
import type { BodyFormat } from "./status.ts";

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

/** True when the request is for `path`, whatever its query. */
export function isForPath(url: string, path: string): boolean {
  return url === path || (url.startsWith(path) && url.charCodeAt(path.length) === 0x3f);
}
