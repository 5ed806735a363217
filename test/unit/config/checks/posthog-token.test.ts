import { describe, expect, it } from "vitest";
import { checkPosthogToken } from "../../../../src/config/checks/posthog-token.ts";

describe("checkPosthogToken", () => {
  it("takes a project key without a word", () => {
    expect(checkPosthogToken("phc_abcDEF123")).toEqual({ ok: true });
    expect(checkPosthogToken(`phc_${"x".repeat(60)}`)).toEqual({ ok: true });
  });

  it("warns about a key of another shape, which PostHog would take and lose", () => {
    const check = checkPosthogToken("test-key");

    expect(check).toEqual({ ok: true, warning: expect.stringContaining("does not start with phc_") });
  });

  it.each([
    ["", "is empty"],
    ["phx_personal", "personal API key"],
    [`phc_${"x".repeat(61)}`, "has 65 characters; wanted at most 64"],
    ["phc_a b", "white space"],
    ["phc_a\n", "white space"],
    ["phc_é", "not printable ASCII"],
    ["phc_\u0000", "not printable ASCII"],
    ["phc_🦀", "not printable ASCII"],
  ])("refuses %j", (token, because) => {
    const check = checkPosthogToken(token);

    expect(check).toEqual({ ok: false, message: expect.stringContaining(because) });
  });

  it("never repeats the key", () => {
    for (const token of ["phx_canary", "phc_can ary", `phc_${"canary".repeat(20)}`, "canary", "phc_canaryé"]) {
      expect(JSON.stringify(checkPosthogToken(token))).not.toContain("canary");
    }
  });
});
