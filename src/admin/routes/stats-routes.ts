/** Numbers of the whole process. The stream of them is not a plain answer: see http/event-streams.ts. */

import type { Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";

export function statsRoutes(): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/stats",
      access: "read",
      summary: "Current ledger, rates, budget, queue, exporters and policy",
      answers: "Stats",
      handle: (_, sources) => ok(sources.stats()),
    }),
    route({
      method: "GET",
      path: "/api/v1/savings",
      access: "read",
      summary: "Bytes that sampling saved since the start, and money when a price is configured",
      answers: "Savings",
      handle: async (_, sources) => ok(await sources.savings()),
    }),
  ];
}
