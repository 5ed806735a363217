/** Fields that several routes share. Query strings are text: numbers are parsed from it. */
import { z } from "zod";

const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 100;
const MAX_CURSOR_CHARACTERS = 256;
/** Longer service names than this do not fit the data plane's own tables either. */
const MAX_NAME_CHARACTERS = 256;

export function limitField(): z.ZodType<number> {
  return z
    .string()
    .regex(/^\d{1,4}$/, "is not a whole number")
    .transform(Number)
    .pipe(z.number().min(1, `is below 1`).max(MAX_LIMIT, `is above ${MAX_LIMIT}`))
    .default(DEFAULT_LIMIT)
    .meta({ description: `Items per page, 1 to ${MAX_LIMIT}; default ${DEFAULT_LIMIT}` });
}

export function cursorField(): z.ZodType<string> {
  return z
    .string()
    .regex(/^[A-Za-z0-9_.~-]+$/, "is no cursor of ours")
    .max(MAX_CURSOR_CHARACTERS, "is no cursor of ours")
    .meta({ description: "`next` of the previous page" });
}

export function nameField(description: string): z.ZodType<string> {
  return z
    .string()
    .min(1, "is empty")
    .max(MAX_NAME_CHARACTERS, `is longer than ${MAX_NAME_CHARACTERS} characters`)
    .meta({ description });
}
