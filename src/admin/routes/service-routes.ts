/** Services, and the policy that an in-process SDK of a service samples by. */
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import { cursorField, limitField } from "../http/query-fields.ts";
import type { Answer, Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";
import type { ServicePolicy, ServiceQuery } from "../shapes/services.ts";

export function serviceRoutes(): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/services",
      access: "read",
      summary: "Services that have a row of their own, in pages",
      answers: "ServicePage",
      query: serviceQuery(),
      handle: async ({ query }, sources) => ok(await sources.services(query)),
    }),
    route({
      method: "GET",
      path: "/api/v1/services/{id}",
      access: "read",
      summary: "One service; its id is its service.name",
      answers: "ServiceDetail",
      handle: async ({ params }, sources) => {
        const service = await sources.service(params["id"] ?? "");
        if (service === undefined) throw new ApiError("not_found", "No service of that name was seen");
        return ok(service);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/policies/{service_name}",
      access: "read",
      summary: "What an in-process SDK needs to sample; answers If-None-Match with 304 while nothing has changed",
      answers: "ServicePolicy",
      handle: async ({ params, ifNoneMatch }, sources) =>
        withEntityTag(await sources.servicePolicy(params["service_name"] ?? ""), ifNoneMatch),
    }),
  ];
}

function serviceQuery(): z.ZodType<ServiceQuery> {
  return z.strictObject({ limit: limitField(), cursor: z.exactOptional(cursorField()) });
}

/** Policies change seldom and SDKs ask often: the version is the tag. */
function withEntityTag(policy: ServicePolicy, ifNoneMatch: string | undefined): Answer {
  const tag = `"${policy.policy_version.replace(/[^\w.:+-]/g, "_")}"`;
  const headers = { etag: tag };
  const known = ifNoneMatch?.split(",").map((candidate) => candidate.trim().replace(/^W\//, "")) ?? [];
  return known.includes(tag) ? { status: 304, headers } : { status: 200, body: policy, headers };
}
