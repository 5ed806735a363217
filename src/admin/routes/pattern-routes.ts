/** Patterns: the list and one of them. */
import { z } from "zod";
import { PATTERN_ID } from "../../config/sections/rules.ts";
import { SEVERITY_CLASSES } from "../../model/severity.ts";
import { ApiError } from "../http/api-error.ts";
import { cursorField, limitField, nameField } from "../http/query-fields.ts";
import type { Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";
import type { PatternQuery } from "../shapes/patterns.ts";
import { PATTERN_SORTS } from "../shapes/patterns.ts";

export function patternRoutes(): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/patterns",
      access: "read",
      summary: "Patterns in the table, in pages",
      answers: "PatternPage",
      query: patternQuery(),
      handle: async ({ query }, sources) => ok(await sources.patterns(query)),
    }),
    route({
      method: "GET",
      path: "/api/v1/patterns/{id}",
      access: "read",
      summary: "One pattern and the reason for its probability; an alias leads to the merged pattern",
      answers: "PatternDetail",
      handle: async ({ params }, sources) => {
        const id = params["id"] ?? "";
        const pattern = PATTERN_ID.test(id) ? await sources.pattern(id) : undefined;
        if (pattern === undefined) throw new ApiError("not_found", "No pattern of that id is in the table");
        return ok(pattern);
      },
    }),
  ];
}

function patternQuery(): z.ZodType<PatternQuery> {
  return z.strictObject({
    limit: limitField(),
    cursor: z.exactOptional(cursorField()),
    sort: z
      .enum(PATTERN_SORTS, { error: `is none of ${PATTERN_SORTS.join(", ")}` })
      .default("records_per_second")
      .meta({ description: "Sort key; descending, except id" }),
    service: z.exactOptional(nameField("service.name, exactly")),
    severity: z.exactOptional(
      z
        .enum(SEVERITY_CLASSES, { error: `is none of ${SEVERITY_CLASSES.join(", ")}` })
        .meta({ description: "Severity class" }),
    ),
    search: z.exactOptional(nameField("Text that the template or the id contains")),
  });
}
