/** Regrouping by the core's rules, with or without what PostHog needs of a record; repairs are counted once a batch. */
import type { PosthogSanitizeCounts } from "../../core/otlp/encode/posthog-sanitize.ts";
import { posthogSanitizer } from "../../core/otlp/encode/posthog-sanitize.ts";
import { regroup } from "../../core/otlp/encode/regroup.ts";
import type { Telemetry } from "../../model/telemetry.ts";
import type { Regroup } from "./regrouped.ts";

/** Records as they are in the queue. */
export function regroupUnchanged(): Regroup {
  return (entries) => regroup(entries);
}

/**
 * Timestamps that PostHog would refuse or replace are mended, bodies too long for any request are cut; both are
 * counted.
 * @param maxRequestBytes what one request may hold, and so one record
 */
export function regroupForPosthog(telemetry: Telemetry, maxRequestBytes: number): Regroup {
  const counts: PosthogSanitizeCounts = { timestamps: 0, truncated: 0 };
  const sanitize = posthogSanitizer(counts, maxRequestBytes);
  return (entries) => {
    const records = regroup(entries, sanitize);
    if (counts.timestamps > 0) telemetry.recordsRepaired("timestamp", counts.timestamps);
    if (counts.truncated > 0) telemetry.recordsRepaired("truncated", counts.truncated);
    counts.timestamps = 0;
    counts.truncated = 0;
    return records;
  };
}
