/**
 * Requests that Node's parser refuses before there is a request: answered in the API's shape, then the socket is
 * closed.
 */
import type { Socket } from "node:net";
import { ApiError, errorBody } from "./api-error.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
};

export function answerBrokenRequest(error: { readonly code: string }, socket: Socket): void {
  // The client is gone, or an answer is on its way already: a second one would be read as part of it.
  if (error.code === "ECONNRESET" || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const answer = apiErrorOf(error.code);
  const body = JSON.stringify(errorBody(answer));
  const headers = {
    ...SECURITY_HEADERS,
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${answer.status} ${STATUS_TEXT[answer.status] ?? ""}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
}

function apiErrorOf(code: string): ApiError {
  if (code === "HPE_HEADER_OVERFLOW") return new ApiError("header_too_large", "The headers are larger than 8 KiB");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new ApiError("request_timeout", "The request did not arrive in time");
  return new ApiError("invalid_request", "The request is not valid HTTP");
}
