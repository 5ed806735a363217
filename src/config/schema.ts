/**
 * The whole schema: the single source for validation, printing, the JSON Schema and docs/CONFIGURATION.md. Built by a
 * call, never at import: only verbs that read a configuration pay for it.
 */
import { z } from "zod";
import type { WrittenConfig } from "./config.ts";
import { adminSection } from "./sections/admin.ts";
import { exportersSection } from "./sections/exporters.ts";
import { fleetSection } from "./sections/fleet.ts";
import { historySection } from "./sections/history.ts";
import { limitsSection } from "./sections/limits.ts";
import { policySection } from "./sections/policy.ts";
import { queueSection } from "./sections/queue.ts";
import { receiversSection } from "./sections/receivers.ts";
import { reclusterSection } from "./sections/recluster.ts";
import { samplingSection } from "./sections/sampling.ts";
import { serviceSection } from "./sections/service.ts";
import { signatureSection } from "./sections/signature.ts";

export function configSchema(): z.ZodType<WrittenConfig> {
  return z.strictObject({
    receivers: receiversSection(),
    signature: signatureSection(),
    sampling: samplingSection(),
    policy: policySection(),
    exporters: exportersSection(),
    queue: queueSection(),
    history: historySection(),
    fleet: fleetSection(),
    recluster: reclusterSection(),
    admin: adminSection(),
    limits: limitsSection(),
    service: serviceSection(),
  });
}
