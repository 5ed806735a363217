/** Settings that are one of a few words. */
import type { z } from "zod";
import { nearest } from "../suggest.ts";
import type { FieldOptions } from "./leaf.ts";
import { decoded, leaf } from "./leaf.ts";

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
]);
const NEARLY_TRUTH: ReadonlyMap<string, string> = new Map([
  ["yes", "true"],
  ["on", "true"],
  ["1", "true"],
  ["no", "false"],
  ["off", "false"],
  ["0", "false"],
]);

export function flag(options: FieldOptions<boolean>): z.ZodType<boolean> {
  return leaf({
    options,
    wanted: "true or false",
    json: { type: "boolean" },
    decode: (value) => {
      const word = value.trim().toLowerCase();
      const truth = TRUTH.get(word);
      const near = NEARLY_TRUTH.get(word);
      if (truth === undefined && near !== undefined)
        return { ok: false, issue: { suggestion: `did you mean ${near}?` } };
      return decoded(truth);
    },
    encode: (value) => value,
  });
}

export interface ChoiceOptions<T extends string> extends FieldOptions<T> {
  readonly values: readonly T[];
  /** Words that other products use for the same: old → ours, offered as suggestion. */
  readonly alsoKnown?: Readonly<Record<string, T>>;
}

export function choice<const T extends string>(options: ChoiceOptions<T>): z.ZodType<T> {
  return leaf<T>({
    options,
    wanted: listOf(options.values),
    json: { type: "string", enum: [...options.values] },
    decode: (value) => {
      const word = value.trim();
      const found = options.values.find((candidate) => candidate === word);
      const near =
        found === undefined ? (options.alsoKnown?.[word.toLowerCase()] ?? nearest(word, options.values)) : undefined;
      return near === undefined ? decoded(found) : { ok: false, issue: { suggestion: `did you mean ${near}?` } };
    },
    encode: (value) => value,
  });
}

/** auto, true or false. */
export function autoOrFlag(options: FieldOptions<"auto" | boolean>): z.ZodType<"auto" | boolean> {
  return leaf<"auto" | boolean>({
    options,
    wanted: "auto, true or false",
    json: { enum: ["auto", true, false] },
    decode: (value) => decoded(value.trim() === "auto" ? "auto" : TRUTH.get(value.trim().toLowerCase())),
    encode: (value) => value,
  });
}

/** "a, b or c". */
export function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
