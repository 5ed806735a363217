/**
 * Answers on HTTP/1.1. Success is prepared once; everything else is a google.rpc.Status in the request's own format, or
 * in JSON when the request named none that we know.
 */
import type { ServerResponse } from "node:http";
import { encodePartialSuccess, partialSuccessToJson } from "./google-rpc.ts";
import { CONTENT_TYPE_OF } from "./http-headers.ts";
import type { Accepted, BodyFormat, Problem } from "./status.ts";
import { httpBodyOf, httpStatusOf, retryAfterSecondsOf } from "./status.ts";

/** Flat names and values, as writeHead takes them. */
export type FlatHeaders = readonly string[];

const EMPTY_JSON: Buffer = Buffer.from("{}");
const EMPTY_PROTOBUF: Buffer = Buffer.alloc(0);
const FULL_SUCCESS_HEADERS: Readonly<Record<BodyFormat, string[]>> = {
  protobuf: ["Content-Type", CONTENT_TYPE_OF.protobuf, "Content-Length", "0"],
  json: ["Content-Type", CONTENT_TYPE_OF.json, "Content-Length", String(EMPTY_JSON.length)],
};

/** @param extra CORS headers and the like */
export function sendSuccess(
  response: ServerResponse,
  accepted: Accepted,
  format: BodyFormat,
  extra: FlatHeaders | undefined,
): void {
  const { rejectedRecords, message } = accepted;
  if (rejectedRecords === 0 && message === "") {
    const headers = FULL_SUCCESS_HEADERS[format];
    response.writeHead(200, extra === undefined ? headers : [...headers, ...extra]);
    response.end(format === "json" ? EMPTY_JSON : EMPTY_PROTOBUF);
    return;
  }
  const body =
    format === "json"
      ? Buffer.from(partialSuccessToJson(rejectedRecords, message))
      : encodePartialSuccess(rejectedRecords, message);
  response.writeHead(200, bodyHeaders(format, body, extra));
  response.end(body);
}

/** Writes the whole answer; the caller ends the response, now or after the request's body has been read. */
export function writeProblem(
  response: ServerResponse,
  problem: Problem,
  format: BodyFormat,
  extra: FlatHeaders | undefined,
): void {
  const body = httpBodyOf(problem, format);
  const headers = bodyHeaders(format, body, extra);
  const retryAfter = retryAfterSecondsOf(problem);
  if (retryAfter !== undefined) headers.push("Retry-After", String(retryAfter));
  response.writeHead(httpStatusOf(problem), headers);
  response.write(body);
}

/** The same for a connection that never became a request: bytes for the socket, which must be closed after them. */
export function rawAnswer(statusLine: string, problem: Problem): Buffer {
  const body = httpBodyOf(problem, "json");
  const head =
    `HTTP/1.1 ${statusLine}\r\nContent-Type: ${CONTENT_TYPE_OF.json}\r\n` +
    `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function bodyHeaders(format: BodyFormat, body: Buffer, extra: FlatHeaders | undefined): string[] {
  return ["Content-Type", CONTENT_TYPE_OF[format], "Content-Length", String(body.length), ...(extra ?? [])];
}
