/**
 * /openapi.json: made from the table of routes and the schemas of their answers, so that it cannot say anything else.
 */
import { z } from "zod";
import { API_ERROR_CODES } from "../http/api-error.ts";
import type { RouteFacts } from "../http/route.ts";
import { answerSchemas } from "./answer-schemas.ts";

type Json = Readonly<Record<string, unknown>>;

/** @returns an OpenAPI 3.1 document */
export function apiDocument(routes: readonly RouteFacts[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  const schemas = Object.entries(answerSchemas()).map(([name, schema]) => [name, jsonSchema(schema, "output")]);
  return {
    openapi: "3.1.0",
    info: {
      title: "LipService admin API",
      version,
      description:
        "Reads are open on loopback. Beyond it everything but health and metrics needs the admin token; changes need it wherever one is set.",
    },
    paths,
    components: {
      schemas: { ...Object.fromEntries(schemas), Error: errorSchema() },
      securitySchemes: { adminToken: { type: "http", scheme: "bearer" } },
    },
  };
}

function operationOf(route: RouteFacts): Json {
  const success = { description: route.summary, content: contentOf(route.answers) };
  const failure = { description: "Refused or failed", content: json({ $ref: "#/components/schemas/Error" }) };
  return {
    summary: route.summary,
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(jsonSchema(route.body, "input")) } }),
    responses: { [route.created ?? 200]: success, default: failure },
    // The empty alternative: no token needed on loopback.
    security: route.access === "open" ? [] : [{ adminToken: [] }, ...(route.access === "read" ? [{}] : [])],
  };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  if (query === undefined) return [];
  return Object.entries(jsonSchema(query, "input").properties ?? {}).map(([name, property]) => {
    const { description, ...schema } = typeof property === "boolean" ? {} : property;
    return { name, in: "query", required: false, ...(description === undefined ? {} : { description }), schema };
  });
}

function contentOf(answers: string): Json {
  return answers.includes("/") ? { [answers]: {} } : json({ $ref: `#/components/schemas/${answers}` });
}

function json(schema: Json): Json {
  return { "application/json": { schema } };
}

function errorSchema(): Json {
  const error = z.strictObject({ code: z.enum(API_ERROR_CODES), message: z.string() });
  return jsonSchema(z.strictObject({ error }), "output");
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
