/** Probes and version: open wherever the port listens, because kubelets and load balancers have no token. */

import type { Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";
import type { Health } from "../shapes/health.ts";
import type { AdminSources } from "../sources.ts";

/** @param uptimeSeconds seconds since the process started */
export function healthRoutes(uptimeSeconds: () => number): readonly Route[] {
  const health = (path: string): Route =>
    route({
      method: "GET",
      path,
      access: "open",
      summary: "State of every component; always 200 while the process is alive",
      answers: "Health",
      handle: (_, sources) => ok(healthOf(sources, uptimeSeconds())),
    });
  return [
    route({
      method: "GET",
      path: "/livez",
      access: "open",
      summary: "200 while the event loop runs; nothing else is checked",
      answers: "Alive",
      handle: () => ok({ status: "ok" }),
    }),
    route({
      method: "GET",
      path: "/readyz",
      access: "open",
      summary: "200 when requests can be accepted, else 503; independent of the state of destinations",
      answers: "Readiness",
      handle: (_, sources) => {
        const readiness = sources.ready();
        return { status: readiness.ready ? 200 : 503, body: readiness };
      },
    }),
    health("/healthz"),
    health("/health"),
    route({
      method: "GET",
      path: "/version",
      access: "open",
      summary: "Version of LipService, and of Node",
      answers: "VersionInfo",
      handle: (_, sources) => ok(sources.version()),
    }),
  ];
}

function healthOf(sources: AdminSources, uptimeSeconds: number): Health {
  const components = sources.components();
  const states = new Set(components.map(({ state }) => state));
  return {
    status: states.has("failing") ? "failing" : states.has("degraded") ? "degraded" : "ok",
    ready: sources.ready().ready,
    version: sources.version().version,
    uptime_seconds: Math.round(uptimeSeconds),
    components,
  };
}
