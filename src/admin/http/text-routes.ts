/** Routes that answer no JSON of a schema; admin-app.ts serves them, the API document lists them beside the table. */
import type { RouteFacts } from "./route.ts";

export const TEXT_ROUTES: Readonly<Record<"metrics" | "stream" | "document", RouteFacts>> = {
  metrics: {
    method: "GET",
    path: "/metrics",
    access: "open",
    summary: "All metrics in the Prometheus text format",
    answers: "text/plain",
  },
  stream: {
    method: "GET",
    path: "/api/v1/stats/stream",
    access: "read",
    summary: "The answer of stats every second, as server-sent events named stats",
    answers: "text/event-stream",
  },
  document: {
    method: "GET",
    path: "/openapi.json",
    access: "read",
    summary: "This OpenAPI document",
    answers: "application/json",
  },
};
