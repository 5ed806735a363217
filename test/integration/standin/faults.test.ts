/** Faults on request, as a sender on a real socket meets them. */
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { describe, expect, it } from "vitest";
import type { Fault } from "../../../tools/standin/fault-plan.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import { encodeLogsRequest, requestOf } from "../../kit/otlp/otlp-message.ts";
import { post, standinForTest } from "../../kit/product/standin.ts";
import { VIRTUAL_START_WALL_MS, VirtualEnvironment } from "../../kit/virtual-environment.ts";

const REQUEST = encodeLogsRequest(requestOf([{ body: { stringValue: "paid" } }]));

/** Status of a request, or "failed" when the connection broke. */
async function outcome(standin: Standin): Promise<number | "failed"> {
  try {
    return (await post(standin, REQUEST)).status;
  } catch {
    return "failed";
  }
}

async function outcomes(standin: Standin, count: number): Promise<(number | "failed")[]> {
  const seen: (number | "failed")[] = [];
  for (let i = 0; i < count; i++) seen.push(await outcome(standin));
  return seen;
}

describe("statuses", () => {
  it("come in the sequence asked for, then everything is well", async () => {
    const standin = await standinForTest();
    standin.setFaults([
      { fault: { kind: "status", status: 500 }, after: 1, times: 2 },
      { fault: { kind: "status", status: 503 }, times: 1 },
    ]);

    // The first rule lets one request pass, which the second then takes.
    expect(await outcomes(standin, 5)).toEqual([503, 500, 500, 200, 200]);
    expect(standin.rows()).toHaveLength(2);
    expect(standin.stats().requests).toEqual({ total: 5, faulted: 3, byStatus: { "503": 1, "500": 2, "200": 2 } });
  });

  it.each([
    [{ seconds: 2 }, "2"],
    [{ dateInSeconds: 90 }, new Date(VIRTUAL_START_WALL_MS + 90_000).toUTCString()],
    [{ raw: "soon" }, "soon"],
  ])("carry Retry-After %j", async (retryAfter, header) => {
    const standin = await standinForTest({ environment: new VirtualEnvironment() });
    standin.setFaults([{ fault: { kind: "status", status: 503, retryAfter, body: "busy" } }]);

    const answer = await post(standin, REQUEST);

    expect([answer.status, answer.text, answer.headers.get("retry-after")]).toEqual([503, "busy", header]);
  });

  it("with a probability fall on the same requests for the same seed", async () => {
    const fates = async (faultSeed: number) => {
      const standin = await standinForTest({ faultSeed });
      standin.setFaults([{ fault: { kind: "status", status: 503 }, probability: 0.5 }]);
      return outcomes(standin, 40);
    };

    const first = await fates(7);

    expect(await fates(7)).toEqual(first);
    expect(await fates(8)).not.toEqual(first);
    expect(first.filter((status) => status === 503).length).toBeGreaterThan(5);
    expect(first.filter((status) => status === 200).length).toBeGreaterThan(5);
  });
});

describe("broken connections", () => {
  it.each<[Fault, number]>([
    [{ kind: "reset_before_body" }, 0],
    [{ kind: "reset_after_body", stored: false }, 0],
    [{ kind: "reset_after_body", stored: true }, 1],
    [{ kind: "reset_mid_response" }, 1],
  ])("fail the request: %j stores %i rows", async (fault, rows) => {
    const standin = await standinForTest();
    standin.setFaults([{ fault, times: 1 }]);

    expect(await outcome(standin)).toBe("failed");
    expect(standin.rows()).toHaveLength(rows);
    expect(await outcome(standin)).toBe(200);
  });

  it("show the status of an answer that breaks off in the middle", async () => {
    const standin = await standinForTest();
    standin.setFaults([{ fault: { kind: "reset_mid_response" } }]);
    const sent = httpRequest(`${standin.url}/i/v1/logs?token=phc_standin_project_key`, { method: "POST" });

    sent.end(REQUEST);
    const [response] = await once(sent, "response");
    const broken = once(response.resume(), "error");

    expect(response.statusCode).toBe(200);
    expect((await broken)[0].code).toBe("ECONNRESET");
  });
});

describe("time", () => {
  it("passes before a delayed answer, so that a later request overtakes it", async () => {
    const standin = await standinForTest();
    standin.setFaults([{ fault: { kind: "delay", delayMs: 500 }, times: 1 }]);
    const order: string[] = [];

    const delayed = outcome(standin).then((status) => order.push(`delayed ${status}`));
    while (standin.stats().requests.faulted < 1) await new Promise((resolve) => setImmediate(resolve));
    order.push(`later ${await outcome(standin)}`);
    await delayed;

    expect(order).toEqual(["later 200", "delayed 200"]);
  });

  it("does not end a hang: the sender must", async () => {
    const standin = await standinForTest();
    standin.setFaults([{ fault: { kind: "hang" }, times: 1 }]);
    const patience = AbortSignal.timeout(100);

    const hung = fetch(`${standin.url}/i/v1/logs`, { method: "POST", body: Buffer.from(REQUEST), signal: patience });

    await expect(hung).rejects.toThrow(/timeout/i);
    expect(await outcome(standin)).toBe(200);
    expect(standin.rows()).toHaveLength(1);
  });

  it("does not keep close() from ending while an answer hangs or waits", async () => {
    const standin = await standinForTest();
    standin.setFaults([{ fault: { kind: "hang" }, times: 1 }, { fault: { kind: "delay", delayMs: 3_000_000 } }]);
    const both = [outcome(standin), outcome(standin)];
    while (standin.stats().requests.total < 2) await new Promise((resolve) => setImmediate(resolve));

    await standin.close();

    expect(await Promise.all(both)).toEqual(["failed", "failed"]);
  });
});

describe("connections", () => {
  it("are refused, then accepted again on the same port", async () => {
    const standin = await standinForTest();
    const { url } = standin;
    expect(await outcome(standin)).toBe(200);

    await standin.refuseConnections();
    expect(await outcome(standin)).toBe("failed");
    await standin.acceptConnections();

    expect(standin.url).toBe(url);
    expect(await outcome(standin)).toBe(200);
  });
});
