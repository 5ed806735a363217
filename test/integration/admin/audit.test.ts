import { afterEach, describe, expect, it } from "vitest";
import type { AdminPort, AdminPortOptions } from "../../kit/product/admin-port.ts";
import { startAdminPort } from "../../kit/product/admin-port.ts";
import { RULE_OF_TEST } from "../../kit/product/admin-sources.ts";

const TOKEN = "canary-admin-token";
const BEARER = { authorization: `Bearer ${TOKEN}` };
const ports: AdminPort[] = [];

afterEach(async () => {
  for (const port of ports.splice(0)) await port.stop();
});

async function start(options: AdminPortOptions): Promise<AdminPort> {
  const port = await startAdminPort(options);
  ports.push(port);
  return port;
}

describe("the audit log", () => {
  it("has a line for each change: who, what, and what came of it", async () => {
    const admin = await start({ token: TOKEN });

    await admin.send("POST", "/api/v1/bypass", { json: { service: "checkout", for: "1h" }, headers: BEARER });
    await admin.send("DELETE", `/api/v1/policy/rules/${RULE_OF_TEST.id}`, { headers: BEARER });
    await admin.send("DELETE", "/api/v1/policy/rules/nobody", { headers: BEARER });
    await admin.send("POST", "/api/v1/bypass", { json: { for: "a year" }, headers: BEARER });
    await admin.send("POST", "/api/v1/reload", { json: {} });

    const audited = admin.logger.lines.filter(({ fields }) => fields["audit"] === "admin");
    expect(audited.map(({ level, fields: { audit, ...fields } }) => [level, fields])).toEqual([
      ["info", { action: "bypass.start", who: "token", outcome: "done", subject: "checkout" }],
      ["info", { action: "rule.remove", who: "token", outcome: "done", subject: "payments" }],
      ["warn", { action: "rule.remove", who: "token", outcome: "not_found" }],
      ["warn", { action: "bypass.start", who: "token", outcome: "invalid_request" }],
      ["warn", { action: "config.reload", outcome: "unauthenticated", suppressed: 0 }],
    ]);
  });

  it("has no line for reads", async () => {
    const admin = await start({});

    await admin.send("GET", "/api/v1/patterns");
    await admin.send("POST", "/api/v1/explain", { json: { body: "x" } });

    expect(admin.logger.lines.filter(({ fields }) => fields["audit"] === "admin")).toEqual([]);
  });

  it("tells of a guesser once a minute, with how often", async () => {
    const admin = await start({ token: TOKEN });
    const guess = () => admin.send("POST", "/api/v1/reload", { json: {}, headers: { authorization: "Bearer guess" } });

    for (let attempt = 0; attempt < 5; attempt++) await guess();
    admin.environment.advance(60_000);
    await guess();

    const refused = admin.logger.lines.filter(({ fields }) => fields["outcome"] === "unauthenticated");
    expect(refused.map(({ fields }) => fields["suppressed"])).toEqual([0, 4]);
  });
});
