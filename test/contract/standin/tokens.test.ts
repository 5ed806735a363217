/** Whose request it is and whether it is let in: the stand-in against the contract of PostHog's authorizer. */
import { describe, expect, it } from "vitest";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { encodeLogsRequest, requestOf } from "../../kit/otlp/otlp-message.ts";
import { post, standinForTest } from "../../kit/product/standin.ts";

function requestBytes(): Uint8Array {
  return encodeLogsRequest(requestOf([{ body: { stringValue: "hello" } }]));
}

describe("tokens", () => {
  const message = (reason: string) =>
    `Invalid project API key (${reason}). Use your project API key, which you can find in your PostHog project settings.`;

  it.each([
    ["none", {}, "", "No token provided"],
    ["an empty header", { authorization: "" }, "?token=phc_standin_project_key", "No token provided"],
    ["not ASCII in the header", { authorization: "Bearer \u00e9" }, "", "No token provided"],
    ["an empty query", {}, "?token=", "No token provided"],
    ["blanks in the query", {}, "?token=%20%0A", message("empty")],
    ["a personal key", { authorization: "Bearer phx_personal" }, "", message("personal_api_key")],
    ["65 characters", { authorization: `Bearer ${"a".repeat(65)}` }, "", message("too_long")],
    ["not ASCII in the query", {}, "?token=%F0%9F%A6%80", message("not_ascii")],
    ["a NUL in the query", {}, "?token=phc_%00", message("null_byte")],
  ])("are refused with the exact words: %s", async (_name, headers, query, error) => {
    const standin = await standinForTest();

    const answer = await post(standin, requestBytes(), { headers, path: `/i/v1/logs${query}` });

    expect([answer.status, JSON.parse(answer.text)]).toEqual([401, { error }]);
  });

  it("come from the header first, even when it is bad, and from the query only without one", async () => {
    const standin = await standinForTest();
    const path = `/i/v1/logs?token=${STANDIN_TOKEN}`;

    expect((await post(standin, requestBytes(), { headers: { authorization: "Bearer phx_bad" }, path })).status).toBe(
      401,
    );
    expect((await post(standin, requestBytes(), { headers: {}, path })).status).toBe(200);
    expect(standin.rows()).toHaveLength(1);
  });

  it("are what follows the last 'Bearer ', so a lower-case scheme is accepted and lost", async () => {
    const standin = await standinForTest();

    const bare = await post(standin, requestBytes(), { headers: { authorization: STANDIN_TOKEN } });
    const lowerCase = await post(standin, requestBytes(), { headers: { authorization: `bearer ${STANDIN_TOKEN}` } });

    expect([bare.status, lowerCase.status]).toEqual([200, 200]);
    expect(standin.rows()).toHaveLength(1);
    expect(standin.stats().records.dropped.team_not_found).toBe(1);
  });

  it("are forwarded untrimmed: a trailing blank passes the edge and finds no team", async () => {
    const standin = await standinForTest();

    const answer = await post(standin, requestBytes(), { headers: {}, path: `/i/v1/logs?token=${STANDIN_TOKEN}%0A` });

    expect(answer.status).toBe(200);
    expect(standin.stats().records.dropped.team_not_found).toBe(1);
  });

  it("on the drop list are 401", async () => {
    const standin = await standinForTest({ switches: { droppedTokens: ["phc_dropped"] } });

    const answer = await post(standin, requestBytes(), { headers: { authorization: "Bearer phc_dropped" } });

    expect([answer.status, answer.text]).toEqual([401, '{"error":"Invalid token"}']);
  });

  it("nobody knows are 200 and lost, or 401 in the variant that asks its database", async () => {
    const standin = await standinForTest();
    const headers = { authorization: "Bearer phc_unknown" };

    expect((await post(standin, requestBytes(), { headers })).status).toBe(200);
    standin.setSwitches({ unknownTokens: "reject" });
    expect((await post(standin, requestBytes(), { headers })).status).toBe(401);

    expect(standin.stats().records.dropped.team_not_found).toBe(1);
    expect(standin.stats().rejected.unknown_token).toBe(1);
  });

  it("over quota are 200 and lost, or 429 with 900 seconds in the variant that says so", async () => {
    const standin = await standinForTest({ switches: { overQuotaTokens: [STANDIN_TOKEN] } });

    expect((await post(standin, requestBytes())).status).toBe(200);
    standin.setSwitches({ quota: "429" });
    const throttled = await post(standin, requestBytes());

    expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "900"]);
    expect(JSON.parse(throttled.text).error).toMatch(/^Over the logs ingestion quota for this project\. /);
    expect(standin.stats().records.dropped.quota_limited).toBe(1);
    expect(standin.stats().rejected.over_quota).toBe(1);
  });
});
