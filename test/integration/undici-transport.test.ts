/** The transport against real sockets: what it calls an answer, what a failure, and what it leaves open. */

import { getEventListeners } from "node:events";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { HttpTransport } from "../../src/exporters/http/http-transport.ts";
import { openUndiciTransport } from "../../src/exporters/http/undici-transport.ts";
import { systemTimers } from "../../src/exporters/sending/timers.ts";
import { HANG_MS } from "../kit/hang-guard.ts";
import { VirtualEnvironment } from "../kit/virtual-environment.ts";
import { VirtualTimers } from "../kit/virtual-timers.ts";

const SIGNAL = new AbortController().signal;
const POST = {
  headers: { "content-type": "application/x-protobuf" },
  body: Uint8Array.of(1, 2, 3),
  timeoutMs: HANG_MS,
};

async function serve(listener: RequestListener): Promise<{ server: Server; transport: HttpTransport }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const transport = open((server.address() as AddressInfo).port);
  onTestFinished(async () => {
    await transport.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, transport };
}

/** A TCP server that does with its sockets what HTTP servers do not. */
async function serveRaw(onSocket: (socket: Socket) => void): Promise<HttpTransport> {
  const transport = open(await portOf(onSocket));
  onTestFinished(() => transport.close());
  return transport;
}

async function portOf(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function open(port: number): HttpTransport {
  const url = new URL(`http://127.0.0.1:${port}/i/v1/logs?x=1`);
  return openUndiciTransport({ url, maxConnections: 2 }, systemTimers());
}

describe("the undici transport", () => {
  it("posts the body with its headers and length, and reads status, headers and body", async () => {
    const { transport } = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const seen = [request.method, request.url, request.headers["content-type"], request.headers["content-length"]];
        response.writeHead(429, { "retry-after": "7", "content-type": "application/json" });
        response.end(JSON.stringify([...seen, ...Buffer.concat(chunks)]));
      });
    });
    const answer = await transport.post(POST, SIGNAL);

    expect(answer).toMatchObject({ kind: "answer", status: 429, retryAfter: "7", contentType: "application/json" });
    const body = answer.kind === "answer" ? JSON.parse(Buffer.from(answer.body).toString()) : undefined;
    expect(body).toEqual(["POST", "/i/v1/logs?x=1", "application/x-protobuf", "3", 1, 2, 3]);
  });

  it("keeps its connections for the next requests", async () => {
    const ports = new Set<number | undefined>();
    const { transport } = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume();
      response.end("{}");
    });
    for (let request = 0; request < 20; request++) await transport.post(POST, SIGNAL);

    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it("follows no redirect", async () => {
    let requests = 0;
    const { transport } = await serve((request, response) => {
      requests++;
      request.resume();
      response.writeHead(307, { location: "/elsewhere" }).end();
    });

    expect(await transport.post(POST, SIGNAL)).toMatchObject({ kind: "answer", status: 307 });
    expect(requests).toBe(1);
  });

  it("takes the status line for the answer, even when the body breaks off", async () => {
    const transport = await serveRaw((socket) => {
      socket.on("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{", () => socket.resetAndDestroy());
      });
    });

    expect(await transport.post(POST, SIGNAL)).toMatchObject({ kind: "answer", status: 200 });
  });

  it("does not take an interim answer for the answer", async () => {
    const early = "HTTP/1.1 103 Early Hints\r\nlink: </style>\r\n\r\n";
    const busy = await serveRaw((socket) => {
      socket.on("data", () => socket.write(`${early}HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}`));
    });
    const broken = await serveRaw((socket) => {
      socket.on("data", () => socket.write(early, () => socket.resetAndDestroy()));
    });

    expect(await busy.post(POST, SIGNAL)).toMatchObject({ kind: "answer", status: 503 });
    expect(await broken.post(POST, SIGNAL)).toMatchObject({ kind: "failure", code: "reset" });
  });

  it("reads at most 64 KiB of an answer, and does not wait for the rest", async () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";
    const port = await portOf((socket) => socket.on("data", () => socket.write(head + "x".repeat(100_000))));
    const transport = openUndiciTransport(
      { url: new URL(`http://127.0.0.1:${port}/`), maxConnections: 1 },
      new VirtualTimers(new VirtualEnvironment()),
    );
    const answer = await transport.post(POST, SIGNAL);
    await transport.close();

    expect(answer.kind === "answer" ? answer.body.byteLength : 0).toBe(65_536);
  });

  it("waits no more than two seconds for the rest of an answer", async () => {
    const env = new VirtualEnvironment();
    const timers = new VirtualTimers(env);
    const port = await portOf((socket) =>
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")),
    );
    const transport = openUndiciTransport({ url: new URL(`http://127.0.0.1:${port}/`), maxConnections: 1 }, timers);
    const answer = transport.post(POST, SIGNAL);
    // The second timer is the one for the body: the status line has arrived.
    await vi.waitFor(() => expect(timers.scheduled).toBe(2), HANG_MS);
    await timers.advance(2000);
    await transport.close();

    expect(await answer).toMatchObject({ kind: "answer", status: 200 });
  });

  it("calls a refused connection a failure to connect", async () => {
    const { server, transport } = await serve(() => undefined);
    await new Promise((resolve) => server.close(resolve));

    expect(await transport.post(POST, SIGNAL)).toEqual({ kind: "failure", code: "connect", detail: "ECONNREFUSED" });
  });

  it("calls a connection that breaks after the request a reset", async () => {
    const transport = await serveRaw((socket) => socket.on("data", () => socket.resetAndDestroy()));

    expect(await transport.post(POST, SIGNAL)).toMatchObject({ kind: "failure", code: "reset" });
  });

  it("calls an answer that is no HTTP a reset", async () => {
    const transport = await serveRaw((socket) => socket.on("data", () => socket.end("220 mail.example ESMTP\r\n")));

    expect(await transport.post(POST, SIGNAL)).toMatchObject({ kind: "failure", code: "reset" });
  });

  it("ends an attempt that gets no answer in time, and can go on afterwards", async () => {
    let silent = true;
    const { transport } = await serve((request, response) => {
      request.resume();
      if (!silent) response.end("{}");
    });
    const late = await transport.post({ ...POST, timeoutMs: 50 }, SIGNAL);
    silent = false;

    expect(late).toEqual({ kind: "failure", code: "timeout", detail: "" });
    expect(await transport.post(POST, SIGNAL)).toMatchObject({ kind: "answer", status: 200 });
  });

  it("ends an attempt when its signal aborts, before or during it", async () => {
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { transport } = await serve((request) => {
      request.resume();
      arrived();
    });
    const stop = new AbortController();
    const attempt = transport.post(POST, stop.signal);
    await arrival;
    stop.abort();

    expect(await attempt).toEqual({ kind: "failure", code: "abort", detail: "" });
    expect(await transport.post(POST, stop.signal)).toEqual({ kind: "failure", code: "abort", detail: "" });
  });

  it("closes the connection of an attempt that it ended", async () => {
    let closed = (): void => undefined;
    const closing = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const transport = await serveRaw((socket) => socket.once("close", closed).resume());
    await transport.post({ ...POST, timeoutMs: 50 }, SIGNAL);

    await closing;
  });

  it("never sends what was ended while it waited for a connection", async () => {
    let answerFirst = (): void => undefined;
    let requests = 0;
    const { server, transport } = await serve((request, response) => {
      request.resume();
      requests++;
      answerFirst = () => response.end("{}");
    });
    const narrow = openUndiciTransport(
      { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), maxConnections: 1 },
      systemTimers(),
    );
    const first = narrow.post(POST, SIGNAL);
    await vi.waitFor(() => expect(requests).toBe(1), HANG_MS);
    const second = await narrow.post({ ...POST, timeoutMs: 20 }, SIGNAL);
    answerFirst();
    await first;
    const third = narrow.post(POST, SIGNAL);
    await vi.waitFor(() => expect(requests).toBe(2), HANG_MS);
    answerFirst();
    await third;
    await narrow.close();
    await transport.close();

    expect(second).toMatchObject({ kind: "failure", code: "timeout" });
    expect(requests).toBe(2);
  });

  it("leaves nothing on the signal", async () => {
    const { transport } = await serve((request, response) => {
      request.resume();
      response.end("{}");
    });
    const stop = new AbortController();
    await transport.post(POST, stop.signal);

    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  it("leaves no connection open after close", async () => {
    const { server, transport } = await serve((request, response) => {
      request.resume();
      response.end("{}");
    });
    await transport.post(POST, SIGNAL);
    const closed = new Promise((resolve) => server.once("close", resolve));
    await transport.close();
    server.close();
    await closed;
  });
});
