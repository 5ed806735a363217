/** Every route of the API but the ones that are no JSON: /metrics and the stream of stats. */
import type { Route } from "../http/route.ts";
import { bypassRoutes } from "./bypass-routes.ts";
import { configRoutes } from "./config-routes.ts";
import { explainRoutes } from "./explain-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { patternRoutes } from "./pattern-routes.ts";
import { policyRoutes } from "./policy-routes.ts";
import { serviceRoutes } from "./service-routes.ts";
import { statsRoutes } from "./stats-routes.ts";

/** @param uptimeSeconds seconds since the process started */
export function routeTable(uptimeSeconds: () => number): readonly Route[] {
  return [
    ...healthRoutes(uptimeSeconds),
    ...statsRoutes(),
    ...patternRoutes(),
    ...serviceRoutes(),
    ...policyRoutes(),
    ...bypassRoutes(),
    ...explainRoutes(),
    ...configRoutes(),
  ];
}
