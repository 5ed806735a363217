/**
 * The incidents of the shop, as scripts: when in a cycle each runs, and which lines it writes in a slice of time.
 * Scripts of later cycles use other words where the incident is something never seen before, so that every one is new
 * again. Severity gives nothing away: the rarest of them is written at INFO.
 */
import { LineTemplate } from "./line-template.ts";
import { SeededRandom } from "./seeded-random.ts";
import { ORDER_PATH } from "./shop-flows.ts";
import type { IncidentKind, SeverityName } from "./traffic.ts";

export interface ScriptSlice {
  readonly seed: string;
  readonly cycle: number;
  /** Parts of the incident's window, 0..1: lines due in (from, to]. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** Ordinary records a second of the whole shop. */
  readonly baseRate: number;
  readonly random: SeededRandom;
}

export interface ScriptLine {
  readonly service: string;
  readonly severity: SeverityName;
  /** Absent: any ordinary request line of the service. */
  readonly text?: string;
  readonly traceId?: string;
  /** Carries one of the incident's markers. */
  readonly marked: boolean;
}

export interface IncidentScript {
  readonly kind: IncidentKind;
  readonly service: string;
  /** Shares of a cycle. */
  readonly begins: number;
  readonly ends: number;
  markers(cycle: number): readonly string[];
  lines(slice: ScriptSlice): readonly ScriptLine[];
}

const RARE_FAILURES = [
  "reservation ledger differs from shelf count",
  "warehouse feed skipped a sequence number",
  "two pickers claimed the same bin",
  "returned parcel has no matching order",
  "unit of measure changed under open reservations",
  "shelf scanner reported a future date",
] as const;

const NEW_FEATURES = [
  "synonym table",
  "spelling model",
  "vector index",
  "query planner",
  "facet cache",
  "ranking profile",
] as const;

const FAILING_TRACES = 3;
/** Ordinary lines of a failing trace before it fails: two rounds over the order's path. */
const CONTEXT_LINES: number = 2 * ORDER_PATH.length;

/** Every incident of one cycle. The first fifth of a cycle is calm. */
export function incidentScripts(): readonly IncidentScript[] {
  return [slowBurn(), rareFailure(), deploy(), failingTrace(), errorStorm(), burst()];
}

/** A quarter of all traffic, at ERROR, from one cause. */
function errorStorm(): IncidentScript {
  const template = new LineTemplate("Acquirer connection timed out after {ms} ms, payment {uuid}, order {order}");
  return {
    kind: "error_storm",
    service: "payments",
    begins: 0.62,
    ends: 0.72,
    markers: () => ["Acquirer connection timed out"],
    lines: (slice) => repeated("payments", "ERROR", template, 0.25 * slice.baseRate, slice),
  };
}

/** Five lines in all, at INFO, never written before. */
function rareFailure(): IncidentScript {
  return {
    kind: "rare_failure",
    service: "inventory",
    begins: 0.38,
    ends: 0.5,
    markers: (cycle) => [inCycle(RARE_FAILURES, cycle)],
    lines: (slice) => {
      const template = new LineTemplate(`${inCycle(RARE_FAILURES, slice.cycle)}: {sku} in {region}, {n} against {n}`);
      const due = pointsIn(slice, [0.05, 0.25, 0.5, 0.75, 0.95]);
      return due.map(() => markedLine("inventory", "INFO", template, slice));
    },
  };
}

/** A warning that comes more and more often, from one in 2,000 records to one in 70. */
function slowBurn(): IncidentScript {
  const template = new LineTemplate("replica {host} lags {seconds} s behind, reads may be stale");
  return {
    kind: "slow_burn",
    service: "catalog",
    begins: 0.3,
    ends: 0.85,
    markers: () => ["reads may be stale"],
    lines: (slice) => repeated("catalog", "WARN", template, slice.baseRate * (0.0005 + 0.014 * slice.to ** 2), slice),
  };
}

/** One ordinary pattern, a hundred times as often: about four in a thousand records become a third of them. */
function burst(): IncidentScript {
  const template = new LineTemplate("message {uuid} queued for {email}");
  return {
    kind: "burst",
    service: "email",
    begins: 0.78,
    ends: 0.86,
    markers: () => ["queued for"],
    lines: (slice) => repeated("email", "INFO", template, 0.4 * slice.baseRate, slice),
  };
}

/** A new version with four new patterns, which stay until the end of the cycle. */
function deploy(): IncidentScript {
  const forms = ["warmed in {ms} ms with {count} entries", "shard {n} attached from {host}"];
  const later = ["fell back for query {word} after {ms} ms", "revision {hex} active"];
  const texts = (cycle: number) => [...forms, ...later].map((form) => `${inCycle(NEW_FEATURES, cycle)} ${form}`);
  return {
    kind: "deploy",
    service: "search",
    begins: 0.45,
    ends: 0.95,
    markers: (cycle) => texts(cycle).map((text) => text.slice(0, text.indexOf(" {"))),
    lines: (slice) =>
      texts(slice.cycle).flatMap((text, index) => {
        const template = new LineTemplate(text);
        // One line of each for certain, early on; then at an ordinary pattern's rate.
        const first = pointsIn(slice, [0.02 * (index + 1)]).map(() => markedLine("search", "INFO", template, slice));
        const rate = slice.from < 0.1 ? 0 : 0.002 * slice.baseRate;
        return [...first, ...repeated("search", "INFO", template, rate, slice)];
      }),
  };
}

/** Orders that go wrong after a dozen ordinary lines: the lines before the error are what explains it. */
function failingTrace(): IncidentScript {
  const template = new LineTemplate("order {order} could not be placed: stock reservation expired before payment");
  return {
    kind: "failing_trace",
    service: "checkout",
    begins: 0.54,
    ends: 0.6,
    markers: () => ["could not be placed"],
    lines: (slice) =>
      Array.from({ length: FAILING_TRACES }, (_, trace) => {
        const traceId = new SeededRandom(slice.seed, "failing-trace", slice.cycle, trace).hex(32);
        const begin = trace / FAILING_TRACES;
        const step = 1 / FAILING_TRACES / (CONTEXT_LINES + 1);
        const points = Array.from({ length: CONTEXT_LINES + 1 }, (_point, index) => begin + (index + 1) * step * 0.99);
        return pointsIn(slice, points).map((index): ScriptLine => {
          if (index === CONTEXT_LINES) return { ...markedLine("checkout", "ERROR", template, slice), traceId };
          const service = ORDER_PATH[index % ORDER_PATH.length] ?? "checkout";
          return { service, severity: "INFO", traceId, marked: false };
        });
      }).flat(),
  };
}

function inCycle(list: readonly string[], cycle: number): string {
  return list[cycle % list.length] ?? "";
}

/** Indexes of the points that fall into the slice. */
function pointsIn(slice: ScriptSlice, points: readonly number[]): number[] {
  return points.flatMap((point, index) => (point > slice.from && point <= slice.to ? [index] : []));
}

function repeated(
  service: string,
  severity: SeverityName,
  template: LineTemplate,
  perSecond: number,
  slice: ScriptSlice,
): ScriptLine[] {
  const count = slice.random.poisson(perSecond * slice.seconds);
  return Array.from({ length: count }, () => markedLine(service, severity, template, slice));
}

function markedLine(service: string, severity: SeverityName, template: LineTemplate, slice: ScriptSlice): ScriptLine {
  return { service, severity, text: template.render(slice.random), marked: true };
}
