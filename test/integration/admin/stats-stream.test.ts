import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { AdminPort, AdminPortOptions } from "../../kit/product/admin-port.ts";
import { startAdminPort } from "../../kit/product/admin-port.ts";
import { STATS_OF_TEST } from "../../kit/product/admin-sources.ts";

const ports: AdminPort[] = [];

afterEach(async () => {
  for (const port of ports.splice(0)) await port.stop();
});

async function start(options: AdminPortOptions = {}): Promise<AdminPort> {
  const port = await startAdminPort({ ...options, settings: { streamIntervalMs: 5, ...options.settings } });
  ports.push(port);
  return port;
}

async function openStream(admin: AdminPort): Promise<IncomingMessage> {
  const [incoming] = (await once(
    get({ port: admin.port, host: "127.0.0.1", path: "/api/v1/stats/stream", agent: false }),
    "response",
  )) as [IncomingMessage];
  incoming.setEncoding("utf8");
  return incoming;
}

/** The data of the first `count` events. */
async function readEvents(incoming: IncomingMessage, count: number): Promise<unknown[]> {
  let received = "";
  const dataOf = (): string[] => [...received.matchAll(/^event: stats\ndata: (.*)\n\n/gm)].map((match) => match[1]!);
  for await (const chunk of incoming) {
    received += chunk as string;
    if (dataOf().length >= count) break;
  }
  return dataOf()
    .slice(0, count)
    .map((data) => JSON.parse(data) as unknown);
}

describe("/api/v1/stats/stream", () => {
  it("sends the stats at once and then every interval, as they are then", async () => {
    const uptime = { seconds: 0 };
    const admin = await start({
      sources: { stats: () => ({ ...STATS_OF_TEST, uptime_seconds: uptime.seconds++ }) },
    });

    const incoming = await openStream(admin);
    const events = await readEvents(incoming, 3);

    expect(incoming.headers["content-type"]).toBe("text/event-stream");
    expect(incoming.headers["cache-control"]).toBe("no-store");
    expect(events.map((event) => (event as typeof STATS_OF_TEST).uptime_seconds)).toEqual([0, 1, 2]);
  });

  it("refuses one stream too many, and takes another once one was closed", async () => {
    const admin = await start({ settings: { maxStreams: 2 } });
    const [first, second] = [await openStream(admin), await openStream(admin)];

    const third = await admin.send("GET", "/api/v1/stats/stream");
    expect([third.status, third.json]).toMatchObject([429, { error: { code: "too_many_streams" } }]);

    first.destroy();
    await expect
      .poll(async () => {
        const next = await openStream(admin);
        next.destroy();
        return next.statusCode;
      })
      .toBe(200);
    second.destroy();
  });

  it("cuts off a listener that does not read", async () => {
    const large = { ...STATS_OF_TEST, instance: "x".repeat(200_000) };
    const admin = await start({ sources: { stats: () => large }, settings: { maxStreams: 1 } });
    const stalled = connect(admin.port, "127.0.0.1");
    stalled.on("error", () => undefined);
    stalled.pause();
    stalled.write("GET /api/v1/stats/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(stalled, "readable");

    // Its place is free again once the buffers of both ends and the server's patience are full.
    await expect
      .poll(async () => {
        const next = await openStream(admin);
        next.destroy();
        return next.statusCode;
      })
      .toBe(200);
    stalled.destroy();
  });

  it("ends when the port is shut down, without waiting for the client", async () => {
    const admin = await start();
    const incoming = await openStream(admin);
    const ended = once(incoming.resume(), "end");

    await admin.server.shutdown(new AbortController().signal);

    await ended;
  });

  it("has no HEAD, which would be a stream too", async () => {
    const admin = await start();

    expect((await admin.send("HEAD", "/api/v1/stats/stream")).status).toBe(405);
  });
});
