/** The effective configuration, and reading it again. */
import { ApiError } from "../http/api-error.ts";
import type { Route } from "../http/route.ts";
import { ok, route } from "../http/route.ts";

export function configRoutes(): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/config",
      access: "read",
      summary:
        "The configuration in force, secrets redacted; what was read but waits for a restart is named by /healthz",
      answers: "Configuration",
      handle: async (_, sources) => ok(await sources.config()),
    }),
    route({
      method: "POST",
      path: "/api/v1/reload",
      access: "change",
      audit: "config.reload",
      summary:
        "Reads the configuration again; with errors nothing changes, and the running configuration stays in force",
      answers: "Reloaded",
      handle: async (_, sources) => {
        const result = await sources.reload();
        if (result.reloaded) return ok(result);
        throw new ApiError("refused", `The running configuration was kept: ${result.errors.join("; ")}`);
      },
    }),
  ];
}
