/** The core's regrouping as the sender wants it: unchanged for local and plain OTLP destinations, mended for PostHog. */
import { posthogSanitizer } from "../../core/otlp/posthog-sanitize.ts";
import { regroup } from "../../core/otlp/regroup.ts";
import type { Telemetry } from "../../model/telemetry.ts";
import type { Regroup } from "./regrouped.ts";

export function regroupUnchanged(_telemetry: Telemetry): Regroup {
  return (entries) => regroup(entries);
}

export function regroupForPosthog(telemetry: Telemetry): Regroup {
  const counts = { timestamps: 0 };
  const sanitize = posthogSanitizer(counts);
  return (entries) => {
    const before = counts.timestamps;
    const records = regroup(entries, sanitize);
    if (counts.timestamps > before) telemetry.recordsRepaired("timestamp", counts.timestamps - before);
    return records;
  };
}
