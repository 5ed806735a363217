/**
 * sampling.rules: the operator's own rules. The policy document carries the same rules as JSON (policy-document.ts).
 */
import { z } from "zod";
import type { SamplingRule } from "../../model/policy.ts";
import { SEVERITY_CLASSES } from "../../model/severity.ts";
import { choice, listOf } from "../fields/choice.ts";
import { list, optional, optionalDictionary } from "../fields/group.ts";
import { custom, text } from "../fields/text.ts";
import { nearest } from "../suggest.ts";
import { formatBytes, parseBytes } from "../units.ts";

/** Rules are tried one after the other for every new pattern. */
export const MAX_RULES = 1_000;
export const RULE_ID: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const PATTERN_ID: RegExp = /^[A-Za-z0-9_-]{12}$/;
export const RULE_KINDS = ["pin", "floor", "cap", "mute"] as const;
/** "unspecified" is what a record without a severity has; nothing lies below it. */
export const SEVERITY_NAMES: readonly string[] = SEVERITY_CLASSES.filter((name) => name !== "unspecified");
export const MAX_SEVERITY_NUMBER = 24;
/** Longer texts make a rule slower for every record it looks into. */
export const MAX_MATCH_TEXT = 1_024;
/** Each is looked for in every record of the patterns that the rule is about. */
export const MAX_MATCH_ATTRIBUTES = 16;
/** In characters: a sentence or two that lists and logs can carry. */
export const MAX_RULE_REASON = 500;

/** What other products call these severities. */
const SEVERITY_SYNONYMS: Readonly<Record<string, string>> = {
  warning: "warn",
  err: "error",
  critical: "fatal",
  crit: "fatal",
  emergency: "fatal",
  panic: "fatal",
  information: "info",
  notice: "info",
  verbose: "trace",
};

export function rulesField(): z.ZodType<SamplingRule[]> {
  return list("Rules of the operator; the first that matches a record wins.", ruleField(), MAX_RULES);
}

function ruleField(): z.ZodType<SamplingRule> {
  const written = z.strictObject({
    id: text({
      about: "Name of the rule, unique; appears in `explain`.",
      why: "Decisions name their rule.",
      pattern: { regex: RULE_ID, wanted: "1 to 64 letters, digits, dots, hyphens or underscores" },
    }),
    match: matchField(),
    kind: choice({
      about:
        "pin: keep all, over the budget if need be. floor: at least `value` lines a minute. cap: at most `value` bytes a second. mute: keep none, summaries only.",
      why: "A rule says what to do.",
      values: RULE_KINDS,
      alsoKnown: { keep: "pin", always: "pin", drop: "mute", limit: "cap", rate_limit: "cap", minimum: "floor" },
    }),
    value: optional(
      custom({
        about: "Lines a minute for floor; bytes a second for cap (10KiB).",
        why: "pin and mute need none.",
        wanted: "a number above 0 (lines a minute for floor), or a size such as 10KiB (bytes a second for cap)",
        json: { type: ["string", "number"] },
        parse: parseRuleValue,
        print: (value) => (Number.isInteger(value) ? formatBytes(value) : value),
      }),
    ),
    expires: optional(
      custom({
        about: "When the rule ends (RFC 3339); ignored from then on.",
        why: "Rules made in an incident outlive it otherwise.",
        wanted: "a time in RFC 3339, such as 2030-01-31T12:00:00Z",
        json: { type: "string", format: "date-time" },
        parse: (value) => (isRfc3339(value) ? value : undefined),
        print: (value) => value,
      }),
    ),
    reason: optional(
      text({ about: "Why the rule exists, for people.", why: "Free text.", maxLength: MAX_RULE_REASON }),
    ),
  });
  return withoutUndefined(written);
}

function matchField(): z.ZodType<SamplingRule["match"]> {
  const condition = (about: string): z.ZodType<string | undefined> =>
    optional(text({ about, why: "Left out, it matches everything.", minLength: 1, maxLength: MAX_MATCH_TEXT }));
  return withoutUndefined(
    z
      .strictObject({
        service: condition("The resource's `service.name`, exactly."),
        severity_min: optional(severityField()),
        pattern: optional(
          text({
            about: "A published pattern id; learned aliases are followed.",
            why: "Left out, it matches everything.",
            pattern: { regex: PATTERN_ID, wanted: "a pattern id of 12 letters, digits, hyphens or underscores" },
          }),
        ),
        attributes: optionalDictionary(
          "Exact text values of attributes of the record, else of its resource.",
          text({
            about: "The attribute's value.",
            why: "Exact, so that a rule costs one comparison.",
            maxLength: MAX_MATCH_TEXT,
          }),
          MAX_MATCH_ATTRIBUTES,
        ),
        body_contains: condition("Text that the body contains; no regular expression."),
      })
      .meta({ description: "Which records; every condition that is given must hold." }),
  );
}

function severityField(): z.ZodType<string | number> {
  return custom<string | number>({
    about: "Lowest severity, by name or SeverityNumber.",
    why: "Left out, it matches everything.",
    wanted: `${listOf(SEVERITY_NAMES)}, or a SeverityNumber from 1 to ${MAX_SEVERITY_NUMBER}`,
    json: { type: ["string", "integer"] },
    parse: parseSeverity,
    print: (value) => value,
    suggest: (value) => SEVERITY_SYNONYMS[value.toLowerCase()] ?? nearest(value, SEVERITY_NAMES),
  });
}

function parseSeverity(value: string): string | number | undefined {
  const name = value.toLowerCase();
  if (SEVERITY_NAMES.includes(name)) return name;
  const number = /^\d{1,2}$/.test(value) ? Number(value) : 0;
  return number >= 1 && number <= MAX_SEVERITY_NUMBER ? number : undefined;
}

function parseRuleValue(value: string): number | undefined {
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : parseBytes(value);
  return number !== undefined && number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

/** A date that exists, with a time and an offset. */
export function isRfc3339(value: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i.exec(value);
  if (match === null || Number.isNaN(Date.parse(value))) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // Date.parse rolls 30 February over into March.
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Drops keys whose value is undefined: the model's optional keys are absent, never undefined. */
function withoutUndefined<T extends object>(schema: z.ZodType<T>): z.ZodType<Defined<T>> {
  return z.codec(schema, z.custom<Defined<T>>(), {
    // The compiler cannot follow keys through Object.entries: these are those of `value` that are defined.
    decode: (value) => Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>,
    // An absent key is assignable to one that may be undefined; the compiler cannot see that for a generic T.
    encode: (value) => value as T,
  });
}
