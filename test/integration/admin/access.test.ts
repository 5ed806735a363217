import { afterEach, describe, expect, it } from "vitest";
import { AdminServer } from "../../../src/admin/admin-server.ts";
import { routeTable } from "../../../src/admin/routes/route-table.ts";
import { ADMIN_LIMITS } from "../../../src/admin/settings.ts";
import { Secret } from "../../../src/config/secret.ts";
import type { AdminPort, AdminPortOptions } from "../../kit/product/admin-port.ts";
import { startAdminPort } from "../../kit/product/admin-port.ts";
import { adminSources } from "../../kit/product/admin-sources.ts";
import { SilentLogger } from "../../kit/silent-logger.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const TOKEN = "canary-admin-token";
const ports: AdminPort[] = [];

afterEach(async () => {
  for (const port of ports.splice(0)) await port.stop();
});

async function start(options: AdminPortOptions): Promise<AdminPort> {
  const port = await startAdminPort(options);
  ports.push(port);
  return port;
}

/** Every route with an access class, text routes included. */
const ROUTES: readonly (readonly [access: string, method: string, path: string])[] = [
  ...routeTable(() => 0).map(({ access, method, path }) => [access, method, path.replace(/\{\w+\}/, "x")] as const),
  ["open", "GET", "/metrics"],
  ["read", "GET", "/openapi.json"],
];

const BEARER = { authorization: `Bearer ${TOKEN}` };

/** Statuses of every route, by access class; only whether a caller was turned away counts. */
async function turnedAway(admin: AdminPort, headers: Record<string, string>): Promise<Record<string, Set<boolean>>> {
  const outcome: Record<string, Set<boolean>> = { open: new Set(), read: new Set(), change: new Set() };
  for (const [access, method, path] of ROUTES) {
    const answer = await admin.send(method, path, { headers, ...(method === "POST" ? { json: {} } : {}) });
    outcome[access]?.add(answer.status === 401);
  }
  return outcome;
}

describe("who may call what", () => {
  it("on loopback without a token: everything is open", async () => {
    const admin = await start({});

    expect(await turnedAway(admin, {})).toEqual({
      open: new Set([false]),
      read: new Set([false]),
      change: new Set([false]),
    });
  });

  it("on loopback with a token: changes need it, reads do not", async () => {
    const admin = await start({ token: TOKEN });

    expect(await turnedAway(admin, {})).toEqual({
      open: new Set([false]),
      read: new Set([false]),
      change: new Set([true]),
    });
    expect(await turnedAway(admin, BEARER)).toMatchObject({ change: new Set([false]) });
  });

  it("beyond loopback: everything but health and metrics needs the token", async () => {
    const admin = await start({ host: "0.0.0.0", token: TOKEN });

    expect(await turnedAway(admin, {})).toEqual({
      open: new Set([false]),
      read: new Set([true]),
      change: new Set([true]),
    });
    expect(await turnedAway(admin, BEARER)).toEqual({
      open: new Set([false]),
      read: new Set([false]),
      change: new Set([false]),
    });
  });

  it("beyond loopback without a token, when the operator insisted: everything is open", async () => {
    const admin = await start({ host: "0.0.0.0", settings: { insecureListen: true } });

    expect(await turnedAway(admin, {})).toMatchObject({ read: new Set([false]), change: new Set([false]) });
  });

  it.each([
    ["no scheme", TOKEN],
    ["another scheme", `Basic ${TOKEN}`],
    ["a prefix of the token", `Bearer ${TOKEN.slice(0, -1)}`],
    ["the token and more", `Bearer ${TOKEN}x`],
    ["other case", `Bearer ${TOKEN.toUpperCase()}`],
    ["nothing", "Bearer "],
    ["two tokens", `Bearer ${TOKEN} ${TOKEN}`],
  ])("refuses %s, says how to call, and does not repeat what was sent", async (_, authorization) => {
    const admin = await start({ token: TOKEN });

    const answer = await admin.send("POST", "/api/v1/reload", { json: {}, headers: { authorization } });

    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect(answer.text).not.toContain(TOKEN.slice(0, 8));
  });

  it("takes the scheme in any case", async () => {
    const admin = await start({ token: TOKEN });

    const answer = await admin.send("POST", "/api/v1/reload", {
      json: {},
      headers: { authorization: `bearer ${TOKEN}` },
    });

    expect(answer.status).toBe(200);
  });

  it("turns callers away before what they send is looked at", async () => {
    const admin = await start({ token: TOKEN });

    const answer = await admin.send("POST", "/api/v1/bypass", { body: "{", headers: { "content-type": "text/plain" } });

    expect(answer.status).toBe(401);
  });

  it("does not tell a stranger beyond loopback what exists", async () => {
    const admin = await start({ host: "0.0.0.0", token: TOKEN });

    expect((await admin.send("GET", "/api/v1/nothing")).status).toBe(401);
    expect((await admin.send("PUT", "/api/v1/policy/rules")).status).toBe(401);
  });

  it("does not start beyond loopback without a token", async () => {
    const settings = {
      ...ADMIN_LIMITS,
      endpoint: { host: "0.0.0.0", port: 0 },
      token: new Secret(""),
      insecureListen: false,
    };
    const logger = new SilentLogger();
    const metrics = { contentType: "text/plain", text: () => Promise.resolve("") };
    const server = new AdminServer(settings, {
      sources: adminSources(),
      metrics,
      logger,
      environment: new VirtualEnvironment(),
    });

    await expect(server.start()).rejects.toThrow(
      "admin.endpoint is 0.0.0.0:0 and admin.token is empty; set a token, or admin.insecure_listen: true",
    );
  });
});

describe("the header Host", () => {
  it.each([
    "localhost",
    "localhost:8888",
    "LOCALHOST:1",
    "127.0.0.1",
    "127.0.0.1:8888",
    "127.1.2.3",
    "[::1]",
    "[::1]:8888",
  ])("%s is one of ours", async (host) => {
    const admin = await start({});

    expect((await admin.send("GET", "/api/v1/stats", { headers: { host } })).status).toBe(200);
  });

  it.each([
    "attacker.example",
    "attacker.example:8888",
    "localhost.attacker.example",
    "127.0.0.1.attacker.example",
    "attacker.example/127.0.0.1",
    "10.0.0.1:8888",
    "0.0.0.0:8888",
    "[::]:8888",
    "localhost:8888:8888",
  ])("%s is turned away on every route, health and metrics included", async (host) => {
    const admin = await start({});

    for (const path of ["/api/v1/stats", "/metrics", "/livez", "/nothing"]) {
      const answer = await admin.send("GET", path, { headers: { host } });
      expect([answer.status, answer.json]).toMatchObject([403, { error: { code: "host_not_allowed" } }]);
      expect(answer.text).not.toContain("attacker");
    }
  });

  it("is turned away even with the token: a browser would send both", async () => {
    const admin = await start({ token: TOKEN });

    const answer = await admin.send("GET", "/api/v1/stats", { headers: { ...BEARER, host: "attacker.example" } });

    expect(answer.status).toBe(403);
  });

  it("may be any name beyond loopback, where the token protects", async () => {
    const admin = await start({ host: "0.0.0.0", token: TOKEN });

    const answer = await admin.send("GET", "/api/v1/stats", {
      headers: { ...BEARER, host: "lipservice.monitoring.svc" },
    });

    expect(answer.status).toBe(200);
  });
});

describe("requests that another site can make a browser send", () => {
  it.each([
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/json",
  ])("a POST of type %s is refused", async (type) => {
    const admin = await start({});
    const headers = type === undefined ? {} : { "content-type": type };

    for (const path of ["/api/v1/reload", "/api/v1/bypass", "/api/v1/explain", "/api/v1/policy/rules"]) {
      const answer = await admin.send("POST", path, { body: '{"for":"30m"}', headers });
      expect([answer.status, answer.json]).toMatchObject([415, { error: { code: "unsupported_media_type" } }]);
    }
  });

  it("a POST without type and body is refused, even where no body is needed", async () => {
    const admin = await start({});

    const answer = await admin.send("POST", "/api/v1/reload", { headers: { "content-length": "0" } });

    expect(answer.status).toBe(415);
    expect(admin.logger.lines.filter(({ fields }) => fields["audit"] === "admin")).toEqual([]);
  });

  it("a POST of JSON is taken, with a character set too, and without a body where none is needed", async () => {
    const admin = await start({});
    const headers = { "content-type": "application/json; charset=utf-8" };

    expect((await admin.send("POST", "/api/v1/bypass", { body: '{"for":"30m"}', headers })).status).toBe(201);
    expect((await admin.send("POST", "/api/v1/reload", { headers })).status).toBe(200);
  });
});

describe("secrets", () => {
  it("appear in no answer, no header and no log line, whatever is asked", async () => {
    const admin = await start({ token: TOKEN });
    const answers: string[] = [];
    for (const headers of [{}, BEARER, { authorization: `Bearer ${TOKEN}x` }]) {
      for (const [, method, path] of [...ROUTES, ["read", "GET", `/${TOKEN}?${TOKEN}`] as const]) {
        const { text, headers: answered } = await admin.send(method, path, {
          headers,
          ...(method === "POST" ? { json: { [TOKEN]: TOKEN, body: TOKEN } } : {}),
        });
        answers.push(text, JSON.stringify(answered));
      }
    }

    expect(answers.length).toBeGreaterThan(100);
    expect(answers.filter((answer) => answer.includes("canary"))).toEqual([]);
    expect(JSON.stringify(admin.logger.lines)).not.toContain("canary");
  });
});
