/** The serving policy and its rules. */
import { RULE_ID } from "../../config/sections/rules.ts";
import { ApiError } from "../http/api-error.ts";
import type { Answer, Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";
import { newRuleSchema } from "../http/rule-schema.ts";
import type { RuleChange } from "../shapes/rules.ts";

export function policyRoutes(): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/policy",
      access: "read",
      summary: "The policy document in force",
      answers: "PolicyDocument",
      handle: async (_, sources) => ok(await sources.policy()),
    }),
    route({
      method: "GET",
      path: "/api/v1/policy/rules",
      access: "read",
      summary: "Every rule in force with its origin, in order of precedence",
      answers: "RulePage",
      handle: async (_, sources) => ok({ items: await sources.rules(), next: null }),
    }),
    route({
      method: "POST",
      path: "/api/v1/policy/rules",
      access: "change",
      audit: "rule.add",
      created: 201,
      summary: "Adds a rule, which makes a new version of the policy with the author user",
      answers: "ChangedRule",
      body: newRuleSchema(),
      handle: async ({ body }, sources) => answerChange(await sources.addRule(body), 201),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/policy/rules/{id}",
      access: "change",
      audit: "rule.remove",
      summary: "Removes a rule of the policy; rules of the configuration are removed in its file",
      answers: "ChangedRule",
      handle: async ({ params }, sources) => {
        const id = params["id"] ?? "";
        return answerChange(RULE_ID.test(id) ? await sources.removeRule(id) : { kind: "not_found" }, 200);
      },
    }),
  ];
}

function answerChange(change: RuleChange, status: number): Answer {
  switch (change.kind) {
    case "changed":
      return { status, body: { rule: change.rule, policy_version: change.policyVersion }, subject: change.rule.id };
    case "not_found":
      throw new ApiError("not_found", "The policy has no rule of that id");
    case "conflict":
      throw new ApiError("conflict", change.message);
    case "refused":
      throw new ApiError("refused", change.message);
  }
}
