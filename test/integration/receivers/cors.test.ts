/** A browser's requests from another origin, as a browser makes them. */
import { describe, expect, it } from "vitest";
import type { HttpReply } from "../../kit/product/http-post.ts";
import { send } from "../../kit/product/http-post.ts";
import { receiversForTest } from "../../kit/product/receiver-rig.ts";
import { TWO_RECORDS_JSON } from "./conformance/requests.ts";

const ORIGIN = "https://shop.example.com";
const CORS = { allowedOrigins: ["https://*.example.com"], allowedHeaders: [], exposedHeaders: [], maxAgeSeconds: 60 };
const AUTH = { bearerTokens: [{ identity: "a", token: "t" }], basicUsers: [] };
const PREFLIGHT = { origin: ORIGIN, "access-control-request-method": "POST" };

function permissionIn(reply: HttpReply): string | undefined {
  return reply.headers["access-control-allow-origin"];
}

describe("CORS", () => {
  it("is off unless configured: a preflight is a method that is not allowed", async () => {
    const rig = await receiversForTest();
    const reply = await send(`http://127.0.0.1:${rig.httpAddress.port}/v1/logs`, {
      method: "OPTIONS",
      headers: PREFLIGHT,
    });

    expect([reply.status, permissionIn(reply), reply.headers.allow]).toEqual([405, undefined, "POST"]);
  });

  it("answers a preflight with 204, before credentials are asked for", async () => {
    const rig = await receiversForTest({ http: { cors: CORS, auth: AUTH } });
    const url = `http://127.0.0.1:${rig.httpAddress.port}/v1/logs`;

    const allowed = await send(url, { method: "OPTIONS", headers: PREFLIGHT });
    expect([allowed.status, permissionIn(allowed), allowed.headers["access-control-max-age"]]).toEqual([
      204,
      ORIGIN,
      "60",
    ]);

    const other = await send(url, { method: "OPTIONS", headers: { ...PREFLIGHT, origin: "https://evil.org" } });
    expect([other.status, permissionIn(other)]).toEqual([204, undefined]);
    expect(rig.telemetry.total("requestRejected")).toBe(0);
  });

  it("gives permission on answers, failures included, so that the page can read why", async () => {
    const rig = await receiversForTest({ http: { cors: CORS } });
    const url = `http://127.0.0.1:${rig.httpAddress.port}/v1/logs`;
    const json = { origin: ORIGIN, "content-type": "application/json" };

    const taken = await send(url, { headers: json, body: TWO_RECORDS_JSON });
    const malformed = await send(url, { headers: json, body: "{" });
    const missing = await send(`${url}/x`, { headers: json, body: "{}" });
    const wrongMethod = await send(url, { method: "PUT", headers: json, body: "{}" });

    expect([taken, malformed, missing, wrongMethod].map((reply) => [reply.status, permissionIn(reply)])).toEqual([
      [200, ORIGIN],
      [400, ORIGIN],
      [404, ORIGIN],
      [405, ORIGIN],
    ]);
    expect(wrongMethod.headers.allow).toBe("POST, OPTIONS");
    expect(taken.headers.vary).toBe("Origin");
  });

  it("serves a request from an origin that is not allowed, without permission to read the answer", async () => {
    const rig = await receiversForTest({ http: { cors: CORS } });
    const headers = { origin: "https://evil.org", "content-type": "application/json" };
    const reply = await send(`http://127.0.0.1:${rig.httpAddress.port}/v1/logs`, { headers, body: TWO_RECORDS_JSON });

    expect([reply.status, permissionIn(reply)]).toEqual([200, undefined]);
  });
});
