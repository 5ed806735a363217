/**
 * What a masked piece of a line is, for people (templates, `explain`). Identity knows one placeholder only: a slot that
 * holds a number today and a name or an address tomorrow is still the same statement of the program.
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

/** The byte that stands for a masked piece in a template; text never holds it, control characters become spaces. */
export const SLOT = 1;
