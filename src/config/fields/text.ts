/** Settings that are text, or are written as one text of a form of their own. */
import type { z } from "zod";
import type { FieldOptions, Written } from "./leaf.ts";
import { decoded, leaf } from "./leaf.ts";

export interface TextOptions extends FieldOptions<string> {
  readonly minLength?: number;
  /** Bounds what one setting can make the product carry around; 4096 when not given. */
  readonly maxLength?: number;
  readonly pattern?: { readonly regex: RegExp; readonly wanted: string };
}

export function text(options: TextOptions): z.ZodType<string> {
  const { minLength = 0, maxLength = 4096, pattern } = options;
  const wanted =
    pattern?.wanted ?? `text of ${minLength > 0 ? `${minLength} to ${maxLength}` : `at most ${maxLength}`} characters`;
  return leaf({
    options,
    wanted,
    json: { type: "string", maxLength, ...(minLength > 0 ? { minLength } : {}) },
    decode: (value) => {
      const fits = value.length >= minLength && value.length <= maxLength && (pattern?.regex.test(value) ?? true);
      return decoded(fits ? value : undefined);
    },
    encode: (value) => value,
  });
}

/** Anything else that is written as one text. */
export interface CustomOptions<T> extends FieldOptions<string> {
  readonly wanted: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly parse: (value: string) => T | undefined;
  readonly print: (value: T) => Written;
  readonly suggest?: (value: string) => string | undefined;
}

export function custom<T>(options: CustomOptions<T>): z.ZodType<T> {
  return leaf<T>({
    options,
    wanted: options.wanted,
    json: options.json,
    decode: (value) => {
      const parsed = options.parse(value.trim());
      const near = parsed === undefined ? options.suggest?.(value.trim()) : undefined;
      return near === undefined ? decoded(parsed) : { ok: false, issue: { suggestion: `did you mean ${near}?` } };
    },
    encode: options.print,
  });
}
