/** What a single key of a rule cannot tell: ids that repeat, and values that do not go with their kind. */

import type { PathSegment } from "../problem.ts";
import { formatPath } from "../problem.ts";
import type { SourceNode } from "../source/source-node.ts";
import { nodeAt, shownAt, textAt } from "../source/source-node.ts";
import type { Report } from "./check-context.ts";

const RULES = ["sampling", "rules"] as const;

/** Kinds that need a value, with what it means. */
const VALUE_MEANS: Readonly<Record<string, string>> = { floor: "lines a minute", cap: "bytes a second" };

export function checkRules(root: SourceNode, error: Report, warn: Report): void {
  const rules = nodeAt(root, RULES);
  if (rules?.kind !== "list") return;
  const seen = new Map<string, number>();
  rules.items.forEach((_, index) => {
    const rule = [...RULES, index];
    const id = textAt(root, [...rule, "id"]);
    const first = id === undefined ? undefined : seen.get(id);
    if (first !== undefined) {
      error(
        [...rule, "id"],
        `${formatPath([...rule, "id"])} is ${shownAt(root, [...rule, "id"])}, as sampling.rules[${first}].id is; wanted unique ids`,
      );
    }
    if (id !== undefined && first === undefined) seen.set(id, index);
    checkValue(root, rule, error);
    checkMatch(root, rule, warn);
  });
}

function checkValue(root: SourceNode, rule: readonly PathSegment[], error: Report): void {
  const kind = textAt(root, [...rule, "kind"]);
  const value = textAt(root, [...rule, "value"]);
  const name = formatPath([...rule, "value"]);
  const meaning = VALUE_MEANS[kind ?? ""];
  if (meaning !== undefined && value === undefined) {
    error([...rule, "value"], `${name} is not set; wanted ${meaning}, because the rule is a ${kind}`);
  }
  if ((kind === "pin" || kind === "mute") && value !== undefined) {
    error([...rule, "value"], `${name} is set, but a ${kind} has no value; wanted none`);
  }
  if (kind === "floor" && value !== undefined && /[A-Za-z]/.test(value.replace(/[eE][+-]?\d+$/, ""))) {
    error([...rule, "value"], `${name} is a size, but a floor counts lines a minute; wanted a plain number`);
  }
}

function checkMatch(root: SourceNode, rule: readonly PathSegment[], warn: Report): void {
  const match = nodeAt(root, [...rule, "match"]);
  const name = formatPath([...rule, "match"]);
  if (match?.kind === "map" && match.entries.size === 0) {
    warn([...rule, "match"], `${name} is empty: the rule is for every record`);
  }
}
