/**
 * Kinds of values, for readable templates and `explain`. A pattern's identity has one placeholder for all of them,
 * because a log statement may write a number today, and a name or an address tomorrow.
 */
export const TOKEN_KINDS = [
  "num",
  "hex",
  "uuid",
  "ip",
  "mac",
  "time",
  "duration",
  "size",
  "path",
  "url",
  "email",
  "name",
  "word",
  "id",
  "quoted",
  "value",
  "list",
] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** The byte that stands for a value in a template. No text contains it, because control characters become spaces. */
export const SLOT = 1;
