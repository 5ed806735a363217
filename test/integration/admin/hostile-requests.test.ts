import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import type { AdminPort, AdminPortOptions } from "../../kit/product/admin-port.ts";
import { startAdminPort } from "../../kit/product/admin-port.ts";

const ports: AdminPort[] = [];

afterEach(async () => {
  for (const port of ports.splice(0)) await port.stop();
});

async function start(options: AdminPortOptions = {}): Promise<AdminPort> {
  const port = await startAdminPort(options);
  ports.push(port);
  return port;
}

/** Sends bytes as they are; resolves with everything that came back until the server closed or reset the connection. */
async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(bytes);
  return await text(socket).catch(() => "");
}

describe("hostile requests", () => {
  it("a body above the limit is refused with 413", async () => {
    const admin = await start({ settings: { maxBodyBytes: 1_000 } });

    const answer = await admin.send("POST", "/api/v1/explain", { json: { body: "x".repeat(1_000) } });

    expect([answer.status, answer.json]).toMatchObject([413, { error: { code: "payload_too_large" } }]);
  });

  it.each(["{", '{"for":', "nul", '{"for":"30m"}{', "\u0000"])("a body of %j is refused as no JSON", async (body) => {
    const admin = await start();

    const answer = await admin.send("POST", "/api/v1/bypass", {
      body,
      headers: { "content-type": "application/json" },
    });

    expect([answer.status, answer.json]).toEqual([
      400,
      { error: { code: "invalid_json", message: "The body is not valid JSON" } },
    ]);
  });

  it.each(['"__proto__":{"polluted":1}', '"constructor":{"prototype":{"polluted":1}}'])(
    "a body that reaches for prototypes is refused, on a route that passes unknown names on: %s",
    async (member) => {
      const admin = await start();
      const headers = { "content-type": "application/json" };
      const body = (members: string): string => `{"resourceLogs":[{${members}}]}`;

      const answer = await admin.send("POST", "/api/v1/explain", { body: body(member), headers });
      const harmless = await admin.send("POST", "/api/v1/explain", { body: body('"other":{}'), headers });

      expect([answer.status, answer.json]).toMatchObject([400, { error: { code: "invalid_json" } }]);
      expect(harmless.status).toBe(200);
    },
  );

  it("names that a client made up are not repeated to it", async () => {
    const admin = await start();
    const attributes = Object.fromEntries([["<script>canary</script>", 1]]);

    const unknown = await admin.send("POST", "/api/v1/policy/rules", {
      json: { "<canary>": 1, match: {}, kind: "pin" },
    });
    const nested = await admin.send("POST", "/api/v1/policy/rules", { json: { match: { attributes }, kind: "pin" } });
    const inQuery = await admin.send("GET", "/api/v1/patterns?canary=1");

    expect([unknown.status, nested.status, inQuery.status]).toEqual([400, 400, 400]);
    expect(unknown.text + nested.text + inQuery.text).not.toContain("canary");
  });

  it("a path longer than any name is refused", async () => {
    const admin = await start();

    const answer = await admin.send("GET", `/api/v1/services/${"a".repeat(1_025)}`);

    expect([answer.status, answer.json]).toMatchObject([414, { error: { code: "uri_too_long" } }]);
  });

  it("headers above 8 KiB are refused in the API's shape, and the connection is closed", async () => {
    const admin = await start();

    const answer = await sendRaw(
      admin.port,
      `GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(9_000)}\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    expect(answer).toContain('{"error":{"code":"header_too_large","message":"The headers are larger than 8 KiB"}}');
  });

  it.each([
    ["not HTTP", "\u0016\u0003\u0001 hello\r\n\r\n"],
    [
      "two lengths",
      "POST /api/v1/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
    [
      "length and chunks",
      "POST /api/v1/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["no Host", "GET /livez HTTP/1.1\r\n\r\n"],
  ])("%s is refused with 400", async (_, bytes) => {
    const admin = await start();

    const answer = await sendRaw(admin.port, bytes);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("HTTP/1.0 without a Host is turned away like a foreign one", async () => {
    const admin = await start();

    expect(await sendRaw(admin.port, "GET /livez HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("connections above the limit are closed, and the port recovers", async () => {
    const admin = await start({ settings: { maxConnections: 2 } });
    const held = [connect(admin.port, "127.0.0.1"), connect(admin.port, "127.0.0.1")];
    await Promise.all(held.map((socket) => once(socket, "connect")));

    expect(await sendRaw(admin.port, "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).toBe("");

    const released = Promise.all(held.map((socket) => once(socket, "close")));
    for (const socket of held) socket.destroy();
    await released;
    await expect.poll(async () => (await admin.send("GET", "/livez").catch(() => undefined))?.status).toBe(200);
  });
});
