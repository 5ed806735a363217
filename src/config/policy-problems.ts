/** zod's issues about a policy document → sentences with path, current value and what is wanted. */
import type { z } from "zod";
import { formatPath, oneLine } from "./problem.ts";
import { knownSettings } from "./setting-table.ts";
import { nearest } from "./suggest.ts";

const MAX_SHOWN = 60;

/** @param schema the one that found them: its keys are what unknown ones are compared with */
export function policyProblems(issues: readonly z.core.$ZodIssue[], root: unknown, schema: z.ZodType): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
    const place = formatPath(path);
    if (issue.code === "unrecognized_keys") {
      const known = knownSettings(schema).keysOf(path);
      return issue.keys.map((key) => unknownKey(key, place, known));
    }
    const wanted = wantedOf(issue);
    const subject = place === "" ? "the policy document" : place;
    return [oneLine(`${subject} ${describe(valueAt(root, path))}; wanted ${wanted}`)];
  });
}

function wantedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? "another key";
  if (issue.code === "invalid_type" && (issue.expected === "object" || issue.expected === "record"))
    return "a JSON object";
  return issue.message;
}

function unknownKey(key: string, place: string, known: readonly string[]): string {
  const near = nearest(key, known);
  const suggestion = near === undefined ? "" : ` (did you mean ${JSON.stringify(near)}?)`;
  const owner = place === "" ? "a policy document" : place;
  return oneLine(`${JSON.stringify(key.slice(0, MAX_SHOWN))} is not a key of ${owner} in this version${suggestion}`);
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, segment) => {
    if (typeof value !== "object" || value === null) return undefined;
    return Object.entries(value).find(([key]) => key === String(segment))?.[1];
  }, root);
}

function describe(value: unknown): string {
  if (value === undefined) return "is not set";
  if (value === null) return "is null";
  if (Array.isArray(value)) return "is a list";
  if (typeof value === "object") return "is an object";
  const shown = JSON.stringify(value);
  return `is ${shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown}`;
}
