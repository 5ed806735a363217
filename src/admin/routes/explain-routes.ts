/** Why would this record be kept? Asks the live engine without changing it, so it is a read, although a POST. */
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import type { Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";
import type { ExplainInput, ExplainRecord } from "../shapes/explain.ts";

export function explainRoutes(): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/explain",
      access: "read",
      summary:
        "Explains the decision on the records of an OTLP/JSON request, or on one record with the fields of ndjson, step by step",
      answers: "Explanation",
      body: explainInput(),
      handle: async ({ body }, sources) => {
        const result = await sources.explain(body);
        if (result.kind === "invalid") throw new ApiError("invalid_request", result.message);
        return ok({ items: result.items, next: null });
      },
    }),
  ];
}

function explainInput(): z.ZodType<ExplainInput> {
  const otlp = z
    .looseObject({ resourceLogs: z.array(z.unknown()).min(1) })
    .transform((request): ExplainInput => ({ format: "otlp-json", request }));
  const line = recordSchema().transform((record): ExplainInput => ({ format: "ndjson", record }));
  return z.union([otlp, line], 'is neither an OTLP/JSON request ("resourceLogs") nor a record with a text "body"');
}

/** Unknown fields are ignored, as in ndjson files. */
function recordSchema(): z.ZodType<ExplainRecord> {
  return z.object({
    body: z.string(),
    time_unix_nano: z.exactOptional(z.union([z.string(), z.number()])),
    severity_text: z.exactOptional(z.string()),
    service: z.exactOptional(z.string()),
    trace_id: z.exactOptional(z.string()),
    span_id: z.exactOptional(z.string()),
  });
}
