/** Who may send, and whose stamps count, as the configuration says it. */
import { describe, expect, it } from "vitest";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import { applicationRows, weightOf } from "../../kit/sampling/kept-rows.ts";

const REQUEST = JSON.stringify({
  resourceLogs: [
    {
      resource: { attributes: [{ key: "service.name", value: { stringValue: "web" } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              body: { stringValue: "a line" },
              attributes: [{ key: "lipservice.weight", value: { doubleValue: 4 } }],
            },
          ],
        },
      ],
    },
  ],
});

function send(running: RunningProduct, authorization?: string): Promise<number> {
  return fetch(`${running.http}/v1/logs`, {
    method: "POST",
    body: REQUEST,
    headers: { "content-type": "application/json", ...(authorization === undefined ? {} : { authorization }) },
  }).then(({ status }) => status);
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

describe("receivers with users", () => {
  it("let in who shows a name and its password, and trust the stamps of the names in trust_weights", async () => {
    const running = await productForTest({
      set: [
        "sampling.budget.keep_ratio=1",
        'receivers.otlp.protocols.http.auth={ basic_users: [{ username: gateway, password: "opened sesame" }, { username: shop, password: "other words" }] }',
        'receivers.otlp.trust_weights=["identity:gateway"]',
      ],
    });
    expect(await send(running)).toBe(401);
    expect(await send(running, basic("gateway", "guessed"))).toBe(401);
    expect(await send(running, basic("gateway", "opened sesame"))).toBe(200);
    expect(await send(running, basic("shop", "other words"))).toBe(200);
    await running.settled();
    expect(applicationRows(running.standin.rows()).map(weightOf)).toEqual([4, 1]);
  });
});
