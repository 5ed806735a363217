/** Stop dropping now, for one service or all. */
import { z } from "zod";
import { parseDuration } from "../../config/units.ts";
import { nameField } from "../http/query-fields.ts";
import type { Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";
import type { BypassRequest } from "../shapes/bypass.ts";

const MIN_DURATION_MS = 1_000;
/** Bypassed bytes are over the budget: whoever wants more than a day wants another budget. */
const MAX_DURATION_MS = 24 * 60 * 60 * 1_000;

export function bypassRoutes(): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/bypass",
      access: "read",
      summary: "Bypasses in force",
      answers: "BypassPage",
      handle: async (_, sources) => ok({ items: await sources.bypasses(), next: null }),
    }),
    route({
      method: "POST",
      path: "/api/v1/bypass",
      access: "change",
      audit: "bypass.start",
      created: 201,
      summary: "Stops all dropping for a limited time, for one service or for all; the kept bytes count as over budget",
      answers: "Bypass",
      body: bypassRequest(),
      handle: async ({ body }, sources) => {
        const bypass = await sources.startBypass(body);
        return { status: 201, body: bypass, subject: body.service ?? "all services" };
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/bypass",
      access: "change",
      audit: "bypass.end",
      summary: "Ends the bypass of one service, or every bypass",
      answers: "EndedBypasses",
      query: z.strictObject({ service: z.exactOptional(nameField("service.name; absent ends every bypass")) }),
      handle: async ({ query }, sources) => {
        const ended = await sources.endBypass(query.service);
        return { status: 200, body: { ended }, subject: query.service ?? "all services" };
      },
    }),
  ];
}

function bypassRequest(): z.ZodType<BypassRequest> {
  return z
    .strictObject({
      service: z.exactOptional(nameField("service.name; absent bypasses all services")),
      for: z
        .string('is absent; wanted a duration such as "30m"')
        .refine((text) => isBetween(parseDuration(text)), 'is no duration from 1s to 24h, such as "30m"')
        .meta({ description: "Duration, 1s to 24h: 30m, 2h, 90s" }),
    })
    .transform(({ service, for: duration }) => ({
      durationMs: parseDuration(duration) ?? MIN_DURATION_MS,
      ...(service === undefined ? {} : { service }),
    }));
}

function isBetween(milliseconds: number | undefined): boolean {
  return milliseconds !== undefined && milliseconds >= MIN_DURATION_MS && milliseconds <= MAX_DURATION_MS;
}
