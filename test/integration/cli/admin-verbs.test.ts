import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AdminSources } from "../../../src/admin/sources.ts";
import { adminCommand } from "../../kit/product/admin-command.ts";
import { lipservice } from "../../kit/product/command-line.ts";

const admin = adminCommand();

describe("a verb about a running instance", () => {
  it.each([
    ["health"],
    ["bypass", "--list"],
    ["policy", "show"],
    ["policy", "export"],
    ["patterns"],
    ["explain"],
    ["doctor"],
  ])("ends with 3 when nobody answers: %s", async (...args) => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port: free } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const result = await lipservice([...args, "--admin", `127.0.0.1:${free}`], { stdin: "a line\n" });

    expect(result).toEqual({
      code: 3,
      stdout: "",
      stderr: `lipservice: http://127.0.0.1:${free} is unreachable (ECONNREFUSED); start lipservice, or set its admin port with --admin\n`,
    });
  });

  it("says so when something else answers there", async () => {
    const other = createServer((_, response) => response.end("<html>hello\u001b[31m</html>")).listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port: taken } = other.address() as AddressInfo;
    const result = await lipservice(["health", "--admin", `http://127.0.0.1:${taken}`]);
    other.close();

    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toBe(
      `lipservice: http://127.0.0.1:${taken} answered 200 without JSON; set lipservice's admin port with --admin\n`,
    );
  });

  it("follows no redirect: the token goes nowhere else", async () => {
    let asked = 0;
    const elsewhere = createServer((_, response) => {
      asked++;
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => elsewhere.once("listening", resolve));
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const redirecting = createServer((_, response) => response.writeHead(302, { location }).end()).listen(
      0,
      "127.0.0.1",
    );
    await new Promise((resolve) => redirecting.once("listening", resolve));
    const address = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}`;
    const result = await lipservice(["health", "--admin", address], { env: { LIPSERVICE_ADMIN_TOKEN: "canary" } });
    elsewhere.close();
    redirecting.close();

    expect(result.code).toBe(1);
    expect(asked).toBe(0);
  });

  it("sends the token of the environment, of a file first, and asks for it when it is missing or wrong", async () => {
    const directory = mkdtempSync(join(tmpdir(), "lipservice-token-"));
    const file = join(directory, "token");
    writeFileSync(file, "s3cret\n");
    const verb = ["bypass", "--for", "30m"];
    const without = await admin.run(verb, { token: "s3cret" });
    const wrong = await admin.run(verb, {}, { env: { LIPSERVICE_ADMIN_TOKEN: "wrong" } });
    const right = await admin.run(verb, {}, { env: { LIPSERVICE_ADMIN_TOKEN: "s3cret" } });
    const fromFile = await admin.run(
      verb,
      {},
      { env: { LIPSERVICE_ADMIN_TOKEN: "wrong", LIPSERVICE_ADMIN_TOKEN_FILE: file } },
    );
    rmSync(directory, { recursive: true });

    expect([without.code, wrong.code, right.code, fromFile.code]).toEqual([1, 1, 0, 0]);
    expect(without.stderr).toContain(
      "requires its admin token; set LIPSERVICE_ADMIN_TOKEN or LIPSERVICE_ADMIN_TOKEN_FILE",
    );
    expect(JSON.stringify([without, wrong, right, fromFile])).not.toContain("s3cret");
  });
});

describe("lipservice health", () => {
  const components = (state: "ok" | "degraded" | "failing"): Partial<AdminSources> => ({
    components: () => [{ id: "posthog", state, message: "holding: credentials were refused" }],
  });

  it.each([
    ["ok", 0],
    ["degraded", 0],
    ["failing", 1],
  ] as const)("of an instance that is %s ends with %d", async (state, code) => {
    const result = await admin.run(["health"], { sources: components(state) });

    expect(result.code).toBe(code);
    expect(result.stdout).toMatch(new RegExp(`^status +${state}\nready +yes\n`));
    expect(result.stdout).toContain(`posthog    ${state.padEnd(5)}`);
  });

  it("asks for readiness", async () => {
    const sources = { ready: () => ({ ready: false, waiting_for: ["the store is not open"] }) };
    const waiting = await admin.run(["health", "--ready"], { sources });

    expect(waiting).toMatchObject({ code: 1, stdout: "waiting for  the store is not open\n" });
    await admin.stop();
    expect(await admin.run(["health", "--ready"])).toMatchObject({ code: 0, stdout: "ready\n" });
  });

  it("prints the answer as JSON", async () => {
    const result = await admin.run(["health", "--output", "json"]);

    expect(JSON.parse(result.stdout)).toMatchObject({ status: "ok", ready: true });
  });
});

describe("lipservice bypass", () => {
  it("stops dropping for a service or for all, and says until when", async () => {
    const requests: unknown[] = [];
    const sources: Partial<AdminSources> = {
      startBypass: (request) => {
        requests.push(request);
        return { service: request.service ?? null, until: "2030-01-01T00:30:00.000Z" };
      },
    };
    const all = await admin.run(["bypass", "--for", "30m"], { sources });
    const one = await admin.run(["bypass", "checkout", "--for", "90s"]);

    expect(all).toMatchObject({
      code: 0,
      stdout:
        "dropping is stopped for all services until 2030-01-01T00:30:00.000Z; the kept bytes count as over budget\n",
    });
    expect(one.stdout).toContain("dropping is stopped for checkout until");
    expect(requests).toEqual([{ durationMs: 1_800_000 }, { service: "checkout", durationMs: 90_000 }]);
  });

  it("passes on why the instance refuses", async () => {
    const result = await admin.run(["bypass", "--for", "48h"]);

    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/refused: .*no duration from 1s to 24h/);
  });

  it("lists and ends", async () => {
    const ended: unknown[] = [];
    const sources: Partial<AdminSources> = {
      bypasses: () => [{ service: "a b", until: "2030-01-01T00:30:00.000Z" }],
      endBypass: (service) => {
        ended.push(service);
        return 1;
      },
    };

    expect((await admin.run(["bypass", "--list"], { sources })).stdout).toBe(
      "SERVICE  UNTIL\na b      2030-01-01T00:30:00.000Z\n",
    );
    expect((await admin.run(["bypass", "a b", "--end"])).stdout).toBe("ended 1; dropping resumes\n");
    expect((await admin.run(["bypass", "--end"])).code).toBe(0);
    expect(ended).toEqual(["a b", undefined]);
  });
});
