/**
 * A route as a row: method, path, who may call it, what it takes and what it answers. Handlers know no HTTP library;
 * the API document is made from the same rows. Input is parsed here, so that handlers see typed, bounded values only.
 */
import type { z } from "zod";
import type { AdminSources } from "../sources.ts";
import { ApiError } from "./api-error.ts";

/**
 * open: anybody. read: anybody on loopback, else the token. change: the token wherever one is set, and an audit line.
 */
export type Access = "open" | "read" | "change";

/** What the audit log calls a change. */
export type AuditAction = "rule.add" | "rule.remove" | "bypass.start" | "bypass.end" | "config.reload";

export type Method = "GET" | "POST" | "DELETE";

/** What the API document and the tests know about a route. */
export interface RouteFacts {
  readonly method: Method;
  /** With parameters as {name}. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  /** Name of the schema of a 2xx answer, in openapi/answer-schemas.ts, or a media type that is no JSON. */
  readonly answers: string;
  /** Status of success; 200 when absent. */
  readonly created?: 201;
  /** Present on changes. */
  readonly audit?: AuditAction;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}

export interface Route extends RouteFacts {
  run(request: RawRequest, sources: AdminSources): Promise<Answer>;
}

/** As it came: nothing is trusted yet. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  /** If-None-Match, for answers with an entity tag. */
  readonly ifNoneMatch: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** JSON; undefined sends no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a change was about, for the audit log: an id or a name that an administrator gave. */
  readonly subject?: string;
}

export interface RequestOf<Query, Body> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly ifNoneMatch: string | undefined;
}

export interface RouteDefinition<Query, Body> extends Omit<RouteFacts, "query" | "body"> {
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  handle(request: RequestOf<Query, Body>, sources: AdminSources): Answer | Promise<Answer>;
}

/** A row of a table of routes. Without a schema, query and body are not looked at. */
export function route<Query = undefined, Body = undefined>(definition: RouteDefinition<Query, Body>): Route {
  const { handle, ...facts } = definition;
  return {
    ...facts,
    run: async (raw, sources) => {
      const query = definition.query === undefined ? undefined : parse(definition.query, raw.query, "query");
      const body = definition.body === undefined ? undefined : parse(definition.body, raw.body, "body");
      // A definition without a schema has the type parameter undefined: the value is what the type says.
      const request = { params: raw.params, query: query as Query, body: body as Body, ifNoneMatch: raw.ifNoneMatch };
      return await handle(request, sources);
    },
  };
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

function parse<Value>(schema: z.ZodType<Value>, input: unknown, part: "query" | "body"): Value {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const isUnknownName = issue === undefined || issue.code === "unrecognized_keys";
  const where = [part, ...(isUnknownName ? [] : issue.path).filter(isOurName)].join(".");
  throw new ApiError(
    "invalid_request",
    `${where}: ${isUnknownName ? "holds a name that is not known here" : issue.message}`,
  );
}

/** Names that a client made up (keys of a map) are not repeated to it. */
function isOurName(segment: PropertyKey): boolean {
  return typeof segment === "number" || /^[a-z_]{1,32}$/i.test(String(segment));
}
