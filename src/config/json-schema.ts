/**
 * The configuration's JSON Schema, for editors and the Helm chart. As lenient as loading itself where a value may be a
 * reference: any setting may be written as text with ${env:…} or ${file:…} in it.
 */
import type { z } from "zod";
import { configSchema } from "./schema.ts";
import { inputSchema } from "./setting-table.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Text that holds a reference; what it stands for is checked when it is known. */
const REFERENCE: JsonSchema = { type: "string", pattern: "\\$\\{(env|file):[^}]+\\}" };

export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = rewrite(inputSchema(configSchema()));
  return { $schema, title: "LipService configuration", ...schema };
}

function rewrite(schema: JsonSchema): Record<string, unknown> {
  const { properties, items, additionalProperties, "x-why": why, "x-wanted": wanted, ...rest } = schema;
  if (why !== undefined || wanted !== undefined) return leaf(rest);
  return {
    ...rest,
    // A key with nothing after it means the defaults.
    ...(rest.type === "object" ? { type: ["object", "null"] } : {}),
    ...(properties === undefined ? {} : { properties: mapValues(properties) }),
    ...(typeof items === "object" && !Array.isArray(items) ? { items: rewrite(items) } : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties: additional(additionalProperties) }),
  };
}

function mapValues(properties: Readonly<Record<string, z.core.JSONSchema._JSONSchema>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, typeof value === "boolean" ? value : rewrite(value)]),
  );
}

function additional(value: z.core.JSONSchema._JSONSchema): unknown {
  return typeof value === "boolean" ? value : rewrite(value);
}

/** Free text takes references anyway; everything else gets the alternative beside its own form. */
function leaf(schema: JsonSchema): Record<string, unknown> {
  const { description, default: written, ...form } = schema;
  const free =
    form.type === "string" && form.enum === undefined && form.pattern === undefined && form.maxLength === undefined;
  const texts = {
    ...(description === undefined ? {} : { description }),
    ...(written === undefined ? {} : { default: written }),
  };
  return free ? { ...texts, ...form } : { ...texts, anyOf: [form, REFERENCE] };
}
