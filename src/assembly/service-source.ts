/** Services for /api/v1/services, and what an in-process SDK needs to sample by. */
import type { Page } from "../admin/shapes/page.ts";
import type {
  PatternPolicy,
  ServiceDetail,
  ServicePolicy,
  ServiceQuery,
  ServiceRow,
} from "../admin/shapes/services.ts";
import { SEVERITY_CLASSES } from "../model/severity.ts";
import { floorPerMinute } from "./pattern-source.ts";
import type { ProductParts } from "./product-parts.ts";
import { bytesOfService } from "./savings-source.ts";

/** A plan changes by the second; an SDK that asks twice a minute is close enough. */
const REFRESH_SECONDS = 30;
/** The busiest patterns of a service; the rest goes by severity. */
const MAX_PATTERNS = 500;

export function listServices(parts: ProductParts, query: ServiceQuery): Page<ServiceRow> {
  const { services } = parts.engine.sampler.parts;
  const start = Number(query.cursor ?? "0");
  const offset = Number.isSafeInteger(start) && start >= 0 ? start : 0;
  const items = services.names.slice(offset, offset + query.limit).map((_, at) => serviceRow(parts, offset + at));
  const end = offset + items.length;
  return { items, next: end < services.count ? String(end) : null };
}

export function readService(parts: ProductParts, name: string): ServiceDetail | undefined {
  const { services, state } = parts.engine.sampler.parts;
  const row = services.find(name);
  if (row === undefined) return undefined;
  const now = parts.env.now();
  let first = now.monoMs;
  let last = 0;
  for (const pattern of patternsOf(parts, row)) {
    first = Math.min(first, state.firstSeenMs[pattern] ?? first);
    last = Math.max(last, state.lastSeenMs[pattern] ?? 0);
  }
  const bypassMs = services.bypassUntilMs[row] ?? -1;
  return {
    ...serviceRow(parts, row),
    budget_bytes_per_second: services.settings[row]?.bytesPerSecond ?? null,
    baseline_bytes_per_second: services.baseline[row] ?? null,
    first_seen: new Date(now.wallMs - (now.monoMs - first)).toISOString(),
    last_seen: new Date(now.wallMs - (now.monoMs - last)).toISOString(),
    bypassed_until: bypassMs > now.monoMs ? new Date(now.wallMs + bypassMs - now.monoMs).toISOString() : null,
  };
}

export function readServicePolicy(parts: ProductParts, name: string): ServicePolicy {
  const { services, state, settings } = parts.engine.sampler.parts;
  const row = services.find(name);
  const ratio = settings.budget.keepRatio ?? 1;
  const patterns: Record<string, PatternPolicy> = {};
  for (const pattern of row === undefined ? [] : patternsOf(parts, row).slice(0, MAX_PATTERNS)) {
    patterns[parts.engine.signature.patterns.id(pattern)] = {
      probability: state.plan[pattern] || ratio,
      floor_per_minute: floorPerMinute(parts, pattern),
    };
  }
  return {
    service: name,
    policy_version: parts.policies.policy.version,
    mode: (row === undefined ? undefined : services.settings[row]?.mode) ?? parts.config.sampling.mode,
    refresh_seconds: REFRESH_SECONDS,
    severity_probability: Object.fromEntries(SEVERITY_CLASSES.map((name, index) => [name, index >= 5 ? 1 : ratio])),
    patterns,
    rules: [...parts.config.sampling.rules, ...parts.policies.policy.rules].filter(
      (rule) => rule.match.service === undefined || rule.match.service === name,
    ),
  };
}

function patternsOf(parts: ProductParts, service: number): number[] {
  const { state } = parts.engine.sampler.parts;
  const rows: number[] = [];
  for (let position = 0; position < state.liveCount; position++) {
    const row = state.live[position] ?? 0;
    if (state.service[row] === service) rows.push(row);
  }
  return rows.sort((a, b) => (state.rateSlow[b] ?? 0) - (state.rateSlow[a] ?? 0));
}

function serviceRow(parts: ProductParts, row: number): ServiceRow {
  const { services, state } = parts.engine.sampler.parts;
  const patterns = patternsOf(parts, row);
  const { receivedBytes, keptBytes } = bytesOfService(parts, row);
  let records = 0;
  let bytes = 0;
  for (const pattern of patterns) {
    records += state.rateSlow[pattern] ?? 0;
    bytes += (state.rateSlow[pattern] ?? 0) * (state.meanBytes[pattern] ?? 0);
  }
  return {
    service: services.names[row] ?? "",
    mode: services.settings[row]?.mode ?? parts.config.sampling.mode,
    records: services.received[row] ?? 0,
    bytes: receivedBytes,
    kept_records: (services.kept[row] ?? 0) + (parts.pipeline.billed.context[row] ?? 0),
    kept_bytes: keptBytes,
    records_per_second: records,
    bytes_per_second: bytes,
    patterns: patterns.length,
    errors_sampled: parts.engine.sampler.planResult.errorsSampled,
  };
}
