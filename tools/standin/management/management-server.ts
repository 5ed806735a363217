/**
 * The management port: the destination's probes and a few of its metrics, and under /standin/ what the stand-in adds:
 * rows, counts, faults, switches. JSON in and out; request bodies are bounded.
 *
 * | route | method | does |
 * |---|---|---|
 * | /, /_readiness, /_liveness | GET | 200 while it runs |
 * | /metrics | GET | Prometheus text |
 * | /standin/rows?after=&limit=&service=&contains= | GET | { items, next }: next is the sequence to pass as `after` |
 * | /standin/stats | GET | StandinStats |
 * | /standin/faults | GET, PUT, DELETE | the fault rules |
 * | /standin/switches | GET, PATCH | LiveSwitches |
 * | /standin/connections | PUT "refuse" or "accept" | leave or take the capture port |
 * | /standin/reset | POST | forget rows, counts and faults |
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { z } from "zod";
import type { FaultRule } from "../fault-plan.ts";
import { listen } from "../listen.ts";
import type { RowQuery } from "../row-store.ts";
import type { LiveSwitches } from "../settings.ts";
import type { StandinControls } from "../standin-controls.ts";
import { faultRulesSchema, switchesSchema } from "./management-schema.ts";
import { metricsText } from "./metrics-text.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_ROWS_PER_ANSWER = 10_000;

export interface ManagementParts extends StandinControls {
  faultRules(): readonly FaultRule[];
  switches(): LiveSwitches;
}

interface Answer {
  readonly status: number;
  /** JSON unless it is a string. */
  readonly body: unknown;
}

type Route = (query: URLSearchParams, body: unknown) => Answer | Promise<Answer>;

const DONE: Answer = { status: 200, body: {} };

export class ManagementServer {
  readonly #server: Server;
  readonly #routes: ReadonlyMap<string, Route>;
  #port = 0;

  constructor(parts: ManagementParts) {
    this.#routes = managementRoutes(parts);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** 0 before `listen`. */
  get port(): number {
    return this.#port;
  }

  async listen(host: string, port: number): Promise<void> {
    this.#port = (await listen(this.#server, host, port)).port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://management");
    const route = this.#routes.get(`${request.method} ${url.pathname}`);
    const answer =
      route === undefined ? { status: 404, body: { error: "no such route" } } : await answerOf(route, url, request);
    const isText = typeof answer.body === "string";
    response.writeHead(answer.status, { "content-type": isText ? "text/plain; charset=utf-8" : "application/json" });
    response.end(isText ? answer.body : JSON.stringify(answer.body));
  }
}

async function answerOf(route: Route, url: URL, request: IncomingMessage): Promise<Answer> {
  const text = await readText(request);
  if (text === undefined) return { status: 413, body: { error: `body over ${MAX_BODY_BYTES} bytes` } };
  let body: unknown;
  try {
    body = text === "" ? undefined : JSON.parse(text);
  } catch {
    return { status: 400, body: { error: "body is not JSON" } };
  }
  return route(url.searchParams, body);
}

function managementRoutes(parts: ManagementParts): ReadonlyMap<string, Route> {
  const alive: Route = () => ({ status: 200, body: "ok\n" });
  return new Map<string, Route>([
    ["GET /", alive],
    ["GET /_readiness", alive],
    ["GET /_liveness", alive],
    ["GET /metrics", () => ({ status: 200, body: metricsText(parts.stats()) })],
    ["GET /standin/stats", () => ({ status: 200, body: parts.stats() })],
    ["GET /standin/rows", (query) => readRows(parts, query)],
    ["GET /standin/faults", () => ({ status: 200, body: parts.faultRules() })],
    ["PUT /standin/faults", (_query, body) => checked(faultRulesSchema(), body, (rules) => parts.setFaults(rules))],
    ["DELETE /standin/faults", () => acted(() => parts.setFaults([]))],
    ["GET /standin/switches", () => ({ status: 200, body: parts.switches() })],
    [
      "PATCH /standin/switches",
      (_query, body) => checked(switchesSchema(), body, (change) => parts.setSwitches(change)),
    ],
    ["PUT /standin/connections", (_query, body) => setConnections(parts, body)],
    ["POST /standin/reset", () => acted(() => parts.reset())],
  ]);
}

function readRows(parts: ManagementParts, query: URLSearchParams): Answer {
  const after = numberIn(query, "after");
  const limit = numberIn(query, "limit");
  const service = query.get("service");
  const contains = query.get("contains");
  const rowQuery: RowQuery = {
    limit: Math.min(limit ?? MAX_ROWS_PER_ANSWER, MAX_ROWS_PER_ANSWER),
    ...(after === undefined ? {} : { after }),
    ...(service === null ? {} : { service }),
    ...(contains === null ? {} : { contains }),
  };
  const items = parts.rows(rowQuery);
  return { status: 200, body: { items, next: items.at(-1)?.sequence ?? after ?? null } };
}

async function setConnections(parts: ManagementParts, body: unknown): Promise<Answer> {
  if (body === "refuse") await parts.refuseConnections();
  else if (body === "accept") await parts.acceptConnections();
  else return { status: 400, body: { error: 'body must be "refuse" or "accept"' } };
  return DONE;
}

function acted(action: () => void): Answer {
  action();
  return DONE;
}

function checked<T>(schema: z.ZodType<T>, body: unknown, action: (value: T) => void): Answer {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } };
  return acted(() => action(parsed.data));
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** undefined when the body is larger than MAX_BODY_BYTES. */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const arriving: AsyncIterable<Buffer> = request;
  for await (const chunk of arriving) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
