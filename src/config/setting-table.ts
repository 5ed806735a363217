/**
 * The schema as a table: every section and setting with its path, default and texts. What unknown keys are compared
 * with, and what the reference document is written from.
 */
import { z } from "zod";
import type { PathSegment } from "./problem.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface Setting {
  /** sampling.rules[].id, sampling.services.NAME.mode */
  readonly path: string;
  readonly kind: "section" | "list" | "dictionary" | "value";
  readonly about: string;
  /** The rest is of values only; empty text elsewhere. */
  readonly why: string;
  readonly wanted: string;
  /** As written; undefined: none. */
  readonly default: string | number | boolean | undefined;
  readonly required: boolean;
}

export interface KnownSettings {
  /** Keys that a map at this path may have; none when its keys are the user's. */
  keysOf(path: readonly PathSegment[]): readonly string[];
  /** Full paths of the settings with this name. */
  placesOf(key: string): readonly string[];
}

export function knownSettings(schema: z.ZodType): KnownSettings {
  const root = inputSchema(schema);
  return {
    keysOf: (path) => Object.keys(descend(root, path)?.properties ?? {}),
    placesOf: (key) => settingsOf(root).flatMap(({ path }) => (path.endsWith(`.${key}`) ? [path] : [])),
  };
}

export function settingTable(schema: z.ZodType): readonly Setting[] {
  return settingsOf(inputSchema(schema));
}

/** JSON Schema (2020-12) of what may be written, with the fields' own texts as x-why and x-wanted. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input" });
}

function descend(root: JsonSchema, path: readonly PathSegment[]): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>((schema, segment) => {
    if (typeof segment === "number") return objectOf(schema?.items);
    const properties = schema?.properties;
    if (properties !== undefined && Object.hasOwn(properties, segment)) return objectOf(properties[segment]);
    return objectOf(schema?.additionalProperties);
  }, root);
}

function objectOf(schema: JsonSchema["items"] | JsonSchema["additionalProperties"]): JsonSchema | undefined {
  return typeof schema === "object" && !Array.isArray(schema) ? schema : undefined;
}

function settingsOf(root: JsonSchema): Setting[] {
  const settings: Setting[] = [];
  visit(root, "", settings);
  return settings;
}

function visit(schema: JsonSchema, path: string, settings: Setting[]): void {
  const required = new Set(schema.required);
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const child = objectOf(value);
    if (child === undefined) continue;
    const place = path === "" ? key : `${path}.${key}`;
    settings.push(settingOf(child, place, required.has(key)));
    visit(child, place, settings);
  }
  const item = objectOf(schema.items);
  if (item !== undefined) visitElement(item, `${path}[]`, settings);
  const entry = objectOf(schema.additionalProperties);
  if (entry !== undefined) visitElement(entry, `${path}.NAME`, settings);
}

/** What lists and dictionaries hold: groups are visited, single values are told by the list's own text. */
function visitElement(element: JsonSchema, place: string, settings: Setting[]): void {
  if (kindOf(element) === "value") settings.push(settingOf(element, place, false));
  else visit(element, place, settings);
}

function settingOf(schema: JsonSchema, path: string, required: boolean): Setting {
  const kind = kindOf(schema);
  const { default: written } = schema;
  const isPlain = typeof written === "string" || typeof written === "number" || typeof written === "boolean";
  return {
    path,
    kind,
    about: schema.description ?? "",
    why: textOf(schema["x-why"]),
    wanted: textOf(schema["x-wanted"]),
    default: kind === "value" && isPlain ? written : undefined,
    required,
  };
}

function kindOf(schema: JsonSchema): Setting["kind"] {
  if (schema.type === "array") return "list";
  if (schema.type !== "object") return "value";
  return schema.properties === undefined && objectOf(schema.additionalProperties) !== undefined
    ? "dictionary"
    : "section";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
