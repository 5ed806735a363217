/**
 * What every kind of setting is made of: a zod codec from what people write to what the product uses, and back for
 * printing. A refusal says what is wanted; the current value is added where the problem is reported, because only there
 * is it known whether it may be shown.
 */
import { z } from "zod";
import { FileText } from "../source/source-node.ts";

/** What a person reads about a setting, in docs/CONFIGURATION.md and in the JSON Schema. */
export interface FieldText {
  /** What the setting does. */
  readonly about: string;
  /** Why the default (or the bound) is what it is. */
  readonly why: string;
}

/**
 * A field's own text plus its default, as it would be written; without one the setting must be given or is optional.
 */
export interface FieldOptions<Written> extends FieldText {
  readonly default?: Written;
}

/** What a leaf tells the reporter through zod's custom issue. */
export interface LeafIssue {
  /** Completes "wanted …". */
  readonly wanted: string;
  readonly suggestion?: string;
  /** Never show the current value. */
  readonly secret: boolean;
  /** Replaces "is <value>": why the value is refused, when naming the value does not tell. */
  readonly because?: string;
}

export type Written = string | number | boolean;
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issue: Partial<LeafIssue> };

export interface LeafSpec<T> {
  readonly options: FieldOptions<Written>;
  readonly wanted: string;
  /** JSON Schema of what may be written. */
  readonly json: Readonly<Record<string, unknown>>;
  /** For secrets: never show the value. */
  readonly secret?: boolean;
  readonly decode: (text: string, file: string | undefined) => Decoded<T>;
  readonly encode: (value: T) => Written;
}

/** A codec from text to T; with its default, when it has one, in the written form. */
export function leaf<T>(spec: LeafSpec<T>): z.ZodType<T> {
  const { about, why } = spec.options;
  const written = z.unknown().meta({ ...spec.json, description: about, "x-why": why, "x-wanted": spec.wanted });
  const codec = z.codec(written, z.custom<T>(), {
    decode: (input, context) => {
      const text = textOf(input);
      const decoded = text === undefined ? undefined : spec.decode(text, fileOf(input));
      if (decoded?.ok) return decoded.value;
      const params: LeafIssue = { wanted: spec.wanted, secret: spec.secret === true, ...decoded?.issue };
      context.issues.push({ code: "custom", input, message: params.wanted, params: { ...params } });
      return z.NEVER;
    },
    encode: (value) => spec.encode(value),
  });
  return spec.options.default === undefined ? codec : codec.prefault(spec.options.default);
}

function textOf(input: unknown): string | undefined {
  if (typeof input === "string") return input;
  if (input instanceof FileText) return input.text;
  // Defaults are written as they are printed: as numbers and truth values.
  return typeof input === "number" || typeof input === "boolean" ? String(input) : undefined;
}

function fileOf(input: unknown): string | undefined {
  return input instanceof FileText ? input.file : undefined;
}

/** The plain outcome: undefined is a refusal with nothing to add. */
export function decoded<T>(value: T | undefined): Decoded<T> {
  return value === undefined ? { ok: false, issue: {} } : { ok: true, value };
}
