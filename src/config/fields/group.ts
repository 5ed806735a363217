/** How settings are grouped: sections with fixed keys, lists, and dictionaries with keys of the user's choice. */
import { z } from "zod";
import type { LeafIssue } from "./leaf.ts";

type Strict<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** May be left out; the result is then undefined. */
export function optional<T>(field: z.ZodType<T>): z.ZodType<T | undefined> {
  return field.optional();
}

/**
 * A group of settings: unknown keys are refused, and left out it has its settings' defaults.
 * @param whenLeftOut what counts as written when nothing is
 */
export function section<Shape extends z.ZodRawShape>(
  about: string,
  shape: Shape,
  whenLeftOut: object = {},
): z.ZodType<Strict<Shape>> {
  const group: z.ZodType<Strict<Shape>, object> = z.strictObject(shape).meta({ description: about });
  return group.prefault(whenLeftOut);
}

/** As a section, but there only when written. */
export function optionalSection<Shape extends z.ZodRawShape>(
  about: string,
  shape: Shape,
): z.ZodType<Strict<Shape> | undefined> {
  return z.strictObject(shape).meta({ description: about }).optional();
}

/** A list; empty when left out. */
export function list<T>(about: string, item: z.ZodType<T>, maxItems: number): z.ZodType<T[]> {
  return z.array(item).max(maxItems).meta({ description: about }).prefault([]);
}

/** A map with keys of the user's choice; empty when left out. */
export function dictionary<T>(about: string, value: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return z.record(z.string(), value).meta({ description: about }).prefault({});
}

/** As a dictionary, but there only when written, and with a bound. */
export function optionalDictionary<T>(
  about: string,
  value: z.ZodType<T>,
  maxEntries: number,
): z.ZodType<Record<string, T> | undefined> {
  const issue: LeafIssue = { wanted: `at most ${maxEntries} entries`, secret: true, because: "has more entries" };
  return z
    .record(z.string(), value)
    .refine((entries) => Object.keys(entries).length <= maxEntries, { params: { ...issue } })
    .meta({ description: about })
    .optional();
}
