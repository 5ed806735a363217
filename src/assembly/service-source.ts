/** Services for /api/v1/services, and the sampling policy of a service for an in-process SDK. */
import type { Page } from "../admin/shapes/page.ts";
import type {
  PatternPolicy,
  ServiceDetail,
  ServicePolicy,
  ServiceQuery,
  ServiceRow,
} from "../admin/shapes/services.ts";
import type { ServiceAnswer, ServiceTraffic } from "../core/sampling/service-view.ts";
import { SEVERITY_CLASSES, SEVERITY_ERROR, severityClassOf } from "../model/severity.ts";
import type { ProductParts } from "./product-parts.ts";
import { bytesOfService } from "./savings-source.ts";

/** The plan changes every second; a refresh twice a minute is close enough for an SDK. */
const REFRESH_SECONDS = 30;
/** Highest number of patterns in a policy, the busiest ones; the others are sampled by severity. */
const MAX_PATTERNS = 500;
const ERROR_CLASS = severityClassOf(SEVERITY_ERROR);

export function listServices(parts: ProductParts, query: ServiceQuery): Page<ServiceRow> {
  const { view } = parts.engine.sampler;
  const start = Number(query.cursor ?? "0");
  const offset = Number.isSafeInteger(start) && start >= 0 ? start : 0;
  const end = Math.min(view.serviceCount, offset + query.limit);
  const traffic = view.serviceTraffic();
  const items: ServiceRow[] = [];
  for (let row = offset; row < end; row++) {
    const service = view.service(row);
    if (service !== undefined) items.push(serviceRow(parts, service, traffic[row]));
  }
  return { items, next: end < view.serviceCount ? String(end) : null };
}

export function readService(parts: ProductParts, name: string): ServiceDetail | undefined {
  const { view } = parts.engine.sampler;
  const service = view.service(name);
  if (service === undefined) return undefined;
  const now = parts.env.now();
  const traffic = view.serviceTraffic()[service.row];
  const wallTime = (monoMs: number): string => new Date(now.wallMs + monoMs - now.monoMs).toISOString();
  return {
    ...serviceRow(parts, service, traffic),
    budget_bytes_per_second: service.bytesPerSecond ?? null,
    baseline_bytes_per_second: service.baseline,
    first_seen: wallTime(traffic?.firstSeenMs ?? now.monoMs),
    last_seen: wallTime(traffic?.lastSeenMs ?? now.monoMs),
    bypassed_until: service.bypassUntilMs > now.monoMs ? wallTime(service.bypassUntilMs) : null,
  };
}

export function readServicePolicy(parts: ProductParts, name: string): ServicePolicy {
  const { view } = parts.engine.sampler;
  const service = view.service(name);
  const { monoMs } = parts.env.now();
  const ratio = view.budget().keepRatio ?? 1;
  const patterns: Record<string, PatternPolicy> = {};
  for (const row of service === undefined ? [] : busiestPatterns(parts, service.row)) {
    const { probability, floorPerMinute } = view.pattern(row, monoMs);
    patterns[parts.engine.signature.patterns.id(row)] = {
      probability: probability ?? ratio,
      floor_per_minute: floorPerMinute,
    };
  }
  return {
    service: name,
    policy_version: parts.policies.policy.version,
    mode: service?.mode ?? parts.config.sampling.mode,
    refresh_seconds: REFRESH_SECONDS,
    severity_probability: Object.fromEntries(
      SEVERITY_CLASSES.map((name, index) => [name, index >= ERROR_CLASS ? 1 : ratio]),
    ),
    patterns,
    rules: [...parts.config.sampling.rules, ...parts.policies.policy.rules].filter(
      (rule) => rule.match.service === undefined || rule.match.service === name,
    ),
  };
}

function busiestPatterns({ engine }: ProductParts, service: number): number[] {
  const { view } = engine.sampler;
  const found = Array.from(view.livePatterns(service), (row) => ({ row, rate: view.measure(row, "linesPerSecond") }));
  found.sort((a, b) => b.rate - a.rate);
  return found.slice(0, MAX_PATTERNS).map(({ row }) => row);
}

function serviceRow(parts: ProductParts, service: ServiceAnswer, traffic: ServiceTraffic | undefined): ServiceRow {
  const { receivedBytes, keptBytes } = bytesOfService(parts, service.row);
  return {
    service: service.name,
    mode: service.mode,
    records: service.received,
    bytes: receivedBytes,
    kept_records: service.kept + (parts.pipeline.billed.context[service.row] ?? 0),
    kept_bytes: keptBytes,
    records_per_second: traffic?.linesPerSecond ?? 0,
    bytes_per_second: traffic?.bytesPerSecond ?? 0,
    patterns: traffic?.patterns ?? 0,
    errors_sampled: parts.engine.sampler.view.counters().errorsSampled,
  };
}
