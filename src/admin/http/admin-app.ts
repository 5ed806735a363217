/**
 * The admin port as a Fastify application that does not listen yet: limits, checks in their order (host, token, media
 * type), routes, and one shape for every error whoever raised it.
 *
 * Fastify's own schema compilers are replaced: loading Ajv and fast-json-stringify costs a small sidecar about 3 MiB,
 * and routes parse with zod, which the configuration needs anyway (anonymous memory over a bare node:http server, Node
 * 20.20: 14 MiB with them, 10 to 12 without).
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { fastify } from "fastify";
import type { Environment } from "../../model/environment.ts";
import type { Logger } from "../../model/ports/logger.ts";
import type { MetricsText } from "../../telemetry/metrics-registry.ts";
import { routeTable } from "../routes/route-table.ts";
import type { AdminSettings } from "../settings.ts";
import type { AdminSources } from "../sources.ts";
import { AccessControl } from "./access.ts";
import { ApiError, errorBody, toApiError } from "./api-error.ts";
import { Audit } from "./audit.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import type { EventStreams } from "./event-streams.ts";
import { parseJsonBody } from "./json-body.ts";
import type { Answer, RawRequest, Route, RouteFacts } from "./route.ts";
import { RouteIndex } from "./route-index.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { TEXT_ROUTES } from "./text-routes.ts";

export interface AdminDependencies {
  readonly sources: AdminSources;
  readonly metrics: MetricsText;
  readonly logger: Logger;
  readonly environment: Environment;
}

/** A slow or silent client holds a connection no longer than this. */
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_TIMEOUT_MS = 20_000;
const TIMEOUT_CHECK_INTERVAL_MS = 1_000;
const MAX_HEADER_BYTES = 8 * 1024;
/** Service names are the longest parts of a path; percent-encoded they take three characters a byte. */
const MAX_PATH_PART_CHARACTERS = 1_024;

export function createAdminApp(
  settings: AdminSettings,
  dependencies: AdminDependencies,
  streams: EventStreams,
): FastifyInstance {
  return new AdminApp(settings, dependencies, streams).build();
}

class AdminApp {
  readonly #settings: AdminSettings;
  readonly #dependencies: AdminDependencies;
  readonly #streams: EventStreams;
  readonly #access: AccessControl;
  readonly #audit: Audit;
  readonly #routes: readonly Route[];

  constructor(settings: AdminSettings, dependencies: AdminDependencies, streams: EventStreams) {
    const startedMs = dependencies.environment.now().monoMs;
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#streams = streams;
    this.#access = new AccessControl(settings);
    this.#audit = new Audit(dependencies.logger, dependencies.environment);
    this.#routes = routeTable(() => (dependencies.environment.now().monoMs - startedMs) / 1_000);
  }

  build(): FastifyInstance {
    const app = this.#createInstance();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("application/json", { parseAs: "string" }, parseJsonBody(app));
    app.addHook("onRequest", (_, reply, done) => {
      reply.headers(SECURITY_HEADERS);
      done();
    });
    app.setErrorHandler((error, request, reply) => this.#answerError(error, request, reply));
    for (const route of this.#routes) this.#addRoute(app, route);
    this.#addTextRoutes(app);
    this.#addNotFound(app);
    return app;
  }

  #createInstance(): FastifyInstance {
    const app = fastify({
      logger: false,
      bodyLimit: this.#settings.maxBodyBytes,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      forceCloseConnections: "idle",
      // Fastify's own answer while closing has another shape; connections are told to close instead.
      return503OnClosing: false,
      http: {
        headersTimeout: HEADERS_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      routerOptions: { maxParamLength: MAX_PATH_PART_CHARACTERS },
      frameworkErrors: (error, request, reply) => {
        reply.headers(SECURITY_HEADERS);
        this.#answerError(error, request, reply);
      },
      clientErrorHandler: answerBrokenRequest,
      schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    });
    app.server.maxConnections = this.#settings.maxConnections;
    return app;
  }

  #addRoute(app: FastifyInstance, route: Route): void {
    app.route({
      method: route.method,
      url: fastifyPath(route.path),
      onRequest: (request, _, done) => done(this.#turnAway(route, request)),
      handler: async (request, reply) => {
        const answer = await this.#run(route, request);
        return reply
          .code(answer.status)
          .headers(answer.headers ?? {})
          .send(answer.body);
      },
    });
  }

  /** Runs a route that was let in; a change leaves a line in the audit log, whatever came of it. */
  async #run(route: Route, request: FastifyRequest): Promise<Answer> {
    const raw = rawRequestOf(request);
    if (route.audit === undefined) return await route.run(raw, this.#dependencies.sources);
    const caller = this.#access.admit(route.access, request.headers);
    try {
      const answer = await route.run(raw, this.#dependencies.sources);
      this.#audit.changed(route.audit, caller, answer.subject);
      return answer;
    } catch (error) {
      this.#audit.notChanged(route.audit, caller, toApiError(error));
      throw error;
    }
  }

  #addTextRoutes(app: FastifyInstance): void {
    const add = (
      facts: RouteFacts,
      handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
    ): void => {
      const onRequest = (request: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void =>
        done(this.#turnAway(facts, request));
      // HEAD of a stream would be a stream.
      const exposeHeadRoute = facts !== TEXT_ROUTES.stream;
      app.route({ method: "GET", url: facts.path, exposeHeadRoute, onRequest, handler });
    };
    add(TEXT_ROUTES.metrics, async (_, reply) => {
      const { metrics } = this.#dependencies;
      return reply.type(metrics.contentType).send(await metrics.text());
    });
    add(TEXT_ROUTES.stream, (_, reply) => {
      this.#streams.assertRoom();
      reply.hijack();
      this.#streams.open(reply.raw, SECURITY_HEADERS);
      return Promise.resolve();
    });
    add(TEXT_ROUTES.document, async () => {
      // Loaded when asked for: the schemas of all answers take memory that a sidecar needs for logs.
      const { apiDocument } = await import("../openapi/api-document.ts");
      return apiDocument(this.#allFacts(), this.#dependencies.sources.version().version);
    });
  }

  #addNotFound(app: FastifyInstance): void {
    const index = new RouteIndex(this.#allFacts());
    app.setNotFoundHandler((request) => {
      const denied = this.#turnAway({ access: "read", method: "GET" }, request);
      if (denied !== undefined) throw denied;
      const methods = index.methodsOf(request.url);
      if (methods.length === 0) throw new ApiError("not_found", "Nothing lives here; /openapi.json lists what does");
      const allow = methods.join(", ");
      throw new ApiError("method_not_allowed", `This path takes ${allow}`, { allow });
    });
  }

  #allFacts(): readonly RouteFacts[] {
    return [...this.#routes, ...Object.values(TEXT_ROUTES)];
  }

  /** @returns why the request may not go on, before its body is read; undefined lets it in */
  #turnAway(route: Pick<RouteFacts, "access" | "method" | "audit">, request: FastifyRequest): ApiError | undefined {
    try {
      this.#access.admit(route.access, request.headers);
    } catch (error) {
      const refused = toApiError(error);
      this.#audit.turnedAway(route.audit ?? "read", refused);
      return refused;
    }
    // A form of another site can post without asking the browser first, but not with this type.
    const isJson = /^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "");
    if (route.method === "POST" && !isJson) {
      return new ApiError("unsupported_media_type", "POST needs the header Content-Type: application/json");
    }
    return undefined;
  }

  #answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const answer = toApiError(error);
    if (answer.code === "internal") {
      this.#dependencies.logger.error({ route: request.routeOptions.url ?? "none", error }, "an admin request failed");
    }
    void reply
      .code(answer.status)
      .headers(answer.headers)
      .type("application/json; charset=utf-8")
      .send(errorBody(answer));
  }
}

/** Routes have no schemas that Fastify knows: whoever adds one would load what this avoids. */
function noCompiler(): () => never {
  return () => {
    throw new Error("Route has a Fastify schema; wanted a zod schema in its row");
  };
}

/** /services/{id} → /services/:id */
function fastifyPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

function rawRequestOf(request: FastifyRequest): RawRequest {
  const params = Object.entries(request.params ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    params: Object.fromEntries(params),
    query: request.query,
    body: request.body,
    ifNoneMatch: request.headers["if-none-match"],
  };
}
