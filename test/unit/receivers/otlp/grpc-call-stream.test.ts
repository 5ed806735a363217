/** The canary of grpc-js upgrades: what we reach for must be where we reach for it. */
import { connect } from "node:http2";
import { createServer } from "node:net";
import { Server, ServerCredentials, ServerInterceptingCall } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import type { CallStream } from "../../../../src/receivers/otlp/grpc-call-stream.ts";
import { takeCallStream } from "../../../../src/receivers/otlp/grpc-call-stream.ts";

const PATH = "/a.B/C";
const passThrough = (bytes: Buffer): Buffer => bytes;

/** What takeCallStream gives inside a real interceptor of the installed library. */
function takenInCall(headers: Readonly<Record<string, string>>): Promise<CallStream | undefined> {
  return new Promise((resolve, reject) => {
    const grpc = new Server({
      interceptors: [
        (_method, call) => {
          resolve(takeCallStream(call));
          call.sendStatus({ code: 0, details: "" });
          return new ServerInterceptingCall(call);
        },
      ],
    });
    const codecs = { requestSerialize: passThrough, requestDeserialize: passThrough };
    const answers = { responseSerialize: passThrough, responseDeserialize: passThrough };
    grpc.addService(
      { C: { path: PATH, requestStream: false, responseStream: false, ...codecs, ...answers } },
      { C: () => undefined },
    );
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    const listener = createServer((socket) => injector.injectConnection(socket));
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      const port = typeof address === "object" ? address?.port : 0;
      const session = connect(`http://127.0.0.1:${port}`);
      session.on("error", reject);
      const stream = session.request({
        ":method": "POST",
        ":path": PATH,
        "content-type": "application/grpc",
        ...headers,
      });
      stream.on("close", () => {
        session.destroy();
        listener.close();
        grpc.forceShutdown();
      });
      stream.resume();
      stream.end();
    });
  });
}

describe("takeCallStream", () => {
  it("finds the stream and its encoding in the installed grpc-js", async () => {
    const taken = await takenInCall({ "grpc-encoding": "gzip" });

    expect(taken?.encoding).toBe("gzip");
    expect(taken?.stream.listenerCount("data")).toBe(0);
    expect((await takenInCall({}))?.encoding).toBe("identity");
  });

  it.each([{}, { stream: {}, incomingEncoding: "gzip" }, { stream: process.stdin, incomingEncoding: "gzip" }])(
    "takes nothing from what does not look like it: %#",
    (call) => {
      expect(takeCallStream(call as Parameters<typeof takeCallStream>[0])).toBeUndefined();
    },
  );
});
