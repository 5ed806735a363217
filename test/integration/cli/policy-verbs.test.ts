import { describe, expect, it } from "vitest";
import type { NewRule } from "../../../src/admin/shapes/rules.ts";
import type { AdminSources } from "../../../src/admin/sources.ts";
import { adminCommand } from "../../kit/product/admin-command.ts";
import { PATTERN_ID_OF_TEST, RULE_OF_TEST } from "../../kit/product/admin-sources.ts";

const admin = adminCommand();

describe("lipservice policy", () => {
  it("shows the document in short, with the rules in force", async () => {
    const result = await admin.run(["policy", "show"]);

    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^version +\S+\nparent +\S+\nauthor +\w+\n/);
    expect(result.stdout).toMatch(/RULE +FROM +KIND/);
    expect(result.stdout).toContain("payments");
    expect(result.stdout).toContain("service=payments");
  });

  it("exports the document as JSON", async () => {
    const result = await admin.run(["policy", "export"]);

    expect(Object.keys(JSON.parse(result.stdout))).toContain("baseline_bytes_per_second");
  });

  it("adds a rule with all that was given, and nothing else", async () => {
    const added: NewRule[] = [];
    const sources: Partial<AdminSources> = {
      addRule: (rule) => {
        added.push(rule);
        return { kind: "changed", rule: { id: "r1", ...rule }, policyVersion: "8" };
      },
    };
    const full =
      "--id noisy --kind cap --value 10KiB --service api --severity-min 9 --pattern 1AbCdEfGhIjK --attribute a=b=c --body-contains x --reason loud --expires 2030-01-01T00:00:00Z";
    const result = await admin.run(["policy", "rule", "add", ...full.split(" ")], { sources });
    await admin.run(["policy", "rule", "add", "--kind", "pin", "--for", "2h", "--severity-min", "WARN"]);

    expect(result).toMatchObject({ code: 0, stdout: "added rule noisy; the policy is now version 8\n", stderr: "" });
    expect(added[0]).toEqual({
      id: "noisy",
      kind: "cap",
      value: 10_240,
      match: { service: "api", severity_min: 9, pattern: "1AbCdEfGhIjK", attributes: { a: "b=c" }, body_contains: "x" },
      expires: "2030-01-01T00:00:00Z",
      reason: "loud",
    });
    expect(added[1]).toEqual({
      kind: "pin",
      match: { severity_min: "warn" },
      expires: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it("removes a rule, or passes on that there is none", async () => {
    const sources: Partial<AdminSources> = {
      removeRule: (id) =>
        id === "payments" ? { kind: "changed", rule: RULE_OF_TEST, policyVersion: "9" } : { kind: "not_found" },
    };

    expect(await admin.run(["policy", "rule", "remove", "payments"], { sources })).toMatchObject({
      code: 0,
      stdout: "removed rule payments; the policy is now version 9\n",
    });
    const none = await admin.run(["policy", "rule", "remove", "nothing"]);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain("refused: The policy has no rule of that id");
  });
});

describe("lipservice patterns", () => {
  it("lists by default, and hands its filters on", async () => {
    let query: unknown;
    const plain = await admin.run(["patterns"]);
    await admin.stop();
    const sources: Partial<AdminSources> = {
      patterns: (asked) => {
        query = asked;
        return { items: [], next: "abc" };
      },
    };
    const filtered = await admin.run(
      ["patterns", "list", "--limit", "5", "--sort", "bytes", "--service", "a b", "--search", "x"],
      { sources },
    );

    expect(plain.stdout.split("\n")[0]).toMatch(/^PATTERN +RECORDS\/S +BYTES\/S +KEPT/);
    expect(plain.stdout).toContain("user <*> logged in");
    expect(query).toEqual({ limit: 5, sort: "bytes", service: "a b", search: "x" });
    expect(filtered).toMatchObject({
      code: 0,
      stdout: "no patterns\n",
      stderr: "there are more patterns: add --cursor abc\n",
    });
  });

  it("shows one, and why", async () => {
    const result = await admin.run(["patterns", "show", PATTERN_ID_OF_TEST]);

    expect(result.stdout).toMatch(/^pattern +1AbCdEfGhIjK\ntemplate +user <\*> logged in\n/);
    expect(result.stdout).toMatch(/because +The share of 350 bytes/);
    expect((await admin.run(["patterns", "show", "nothing"])).code).toBe(1);
  });

  it("lets no template steer the terminal", async () => {
    const { items } = { items: [{ template: "a\u001b]0;owned\u0007\nb\u202e", service: "\u009bx" }] };
    const sources: Partial<AdminSources> = { patterns: () => ({ items: items as never, next: null }) };
    const table = await admin.run(["patterns"], { sources });
    const json = await admin.run(["patterns", "--output", "json"]);

    for (const { stdout } of [table, json]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    expect(JSON.parse(json.stdout).items).toEqual(items);
  });
});
