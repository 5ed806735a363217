/**
 * The only place that touches what grpc-js keeps private: the HTTP/2 stream of a call, and the value of grpc-encoding
 * (which the library takes out of the metadata). The package is pinned to an exact version; a test fails when an
 * upgrade moves either, and until it is adapted calls are answered INTERNAL instead of being misread.
 */
import type { ServerHttp2Stream } from "node:http2";
import { Duplex } from "node:stream";
import type { ServerInterceptingCallInterface } from "@grpc/grpc-js";

export interface CallStream {
  readonly stream: ServerHttp2Stream;
  /** identity when the client named none. */
  readonly encoding: string;
}

/** Takes the reading of DATA frames over from the library. Before the call was started, and once a call. */
export function takeCallStream(call: ServerInterceptingCallInterface): CallStream | undefined {
  const stream: unknown = Reflect.get(call, "stream");
  const encoding: unknown = Reflect.get(call, "incomingEncoding");
  if (!isServerStream(stream) || typeof encoding !== "string" || stream.listenerCount("data") !== 1) return undefined;
  stream.removeAllListeners("data");
  return { stream, encoding };
}

function isServerStream(value: unknown): value is ServerHttp2Stream {
  return value instanceof Duplex && "session" in value && "pushAllowed" in value;
}
