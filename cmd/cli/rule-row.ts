/** A rule in one line of a table. */
import type { JsonView } from "../../src/admin/client/json-view.ts";

export const RULE_HEADER: readonly string[] = ["RULE", "FROM", "KIND", "VALUE", "EXPIRES", "MATCH", "REASON"];

/** @param row { rule, source }, as the API lists them */
export function ruleRow(row: JsonView): readonly string[] {
  const rule = row.at("rule");
  const conditions = rule
    .at("match")
    .members()
    .flatMap(([key, value]) => {
      const members = value.members();
      return members.length === 0
        ? [`${key}=${value.text()}`]
        : members.map(([name, text]) => `${name}=${text.text()}`);
    });
  return [
    rule.at("id").text(),
    row.at("source").text(),
    rule.at("kind").text(),
    rule.at("value").text() || "-",
    rule.at("expires").text() || "never",
    conditions.join(" ") || "every record",
    rule.at("reason").text(),
  ];
}
