/**
 * The findings of `lipservice doctor`: a pure reading of /healthz and /api/v1/stats of a running instance, problems
 * first. A *problem* loses logs or money, or makes counts wrong, now; a *warning* will later, or hides a problem.
 */
import { listNames } from "../../config/mode-exceptions.ts";
import type { JsonView } from "./json-view.ts";

export interface Finding {
  readonly level: "problem" | "warning";
  /** Stable, for scripts. */
  readonly check: string;
  /** One sentence: what is the case. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly advice: string;
}

/** Fill from which the queue shrinks the budget (and at 0.8 stops sampled records). */
const QUEUE_FULL_ENOUGH = 0.5;
/** An instance that received nothing for this long after its start has no senders. */
const SILENT_SECONDS = 60;
/** Evictions as a share of the patterns ever seen; above it, known patterns come back as new ones. */
const MUCH_EVICTED = 0.1;

const LOSSES: readonly (readonly [reason: string, because: string, advice: string])[] = [
  ["queue_full", "the queue was full", "look at the exporter's state, then raise queue.max_bytes"],
  ["too_large", "the destination takes no record of their size", "cut such bodies at their source"],
  ["poison", "the destination refused them as malformed", "look for 400 in lipservice_export_requests_total"],
  ["shutdown_abandoned", "a shutdown ended before they were sent", "allow more time to drain before the kill"],
  ["corrupt_store", "the queue on disk was damaged", "check the volume of queue.directory"],
];

/** @returns problems first; empty when all is well */
export function findingsOf(health: JsonView, stats: JsonView): Finding[] {
  const findings = [
    ...ledgerFindings(stats),
    ...componentFindings(health),
    ...exporterFindings(stats),
    ...lossFindings(stats),
    ...budgetFindings(stats),
    ...trafficFindings(stats),
  ];
  return [...findings.filter(isProblem), ...findings.filter((finding) => !isProblem(finding))];
}

function isProblem({ level }: Finding): boolean {
  return level === "problem";
}

function ledgerFindings(stats: JsonView): Finding[] {
  const error = stats.at("ledger").at("error").number();
  if (!(error !== 0)) return [];
  if (Number.isNaN(error)) {
    const message = "this instance reports no ledger";
    return [
      {
        level: "warning",
        check: "ledger",
        message,
        advice: "use the lipservice command of the instance's own version",
      },
    ];
  }
  return [
    {
      level: "problem",
      check: "ledger",
      message: `the ledger is off by ${error} records: some are not accounted for`,
      advice: "this is a defect of LipService: report it with /metrics and the log",
    },
  ];
}

function componentFindings(health: JsonView): Finding[] {
  return health
    .at("components")
    .items()
    .filter((component) => component.at("state").text() !== "ok")
    .map((component) => ({
      level: component.at("state").text() === "failing" ? "problem" : "warning",
      check: `component ${component.at("id").text()}`,
      message: component.at("message").text() || `it is ${component.at("state").text()}`,
      advice: "docs/OPERATIONS.md has a section on every component",
    }));
}

function exporterFindings(stats: JsonView): Finding[] {
  return stats
    .at("exporters")
    .items()
    .flatMap((exporter): Finding[] => {
      const mode = exporter.at("mode").text();
      if (mode !== "retrying" && mode !== "holding") return [];
      const failures = exporter.at("consecutive_failures").text();
      const check = `exporter ${exporter.at("id").text()}`;
      const message = exporter.at("message").text() || `${failures} requests in a row failed`;
      if (mode === "retrying") {
        return [{ level: "warning", check, message, advice: "it goes on trying; kept records wait in the queue" }];
      }
      return [
        {
          level: "problem",
          check,
          message,
          advice: "set a key that the destination accepts; kept records wait in the queue",
        },
      ];
    });
}

function lossFindings(stats: JsonView): Finding[] {
  const dropped = stats.at("dropped");
  return LOSSES.flatMap(([reason, because, advice]): Finding[] => {
    const records = dropped.at(reason).number();
    if (!(records > 0)) return [];
    return [{ level: "problem", check: `loss ${reason}`, message: `${records} records are lost: ${because}`, advice }];
  });
}

function budgetFindings(stats: JsonView): Finding[] {
  const budget = stats.at("budget");
  const findings: Finding[] = [];
  const warn = (check: string, message: string, advice: string): number =>
    findings.push({ level: "warning", check, message, advice });
  if (budget.at("errors_sampled").isTrue()) {
    findings.push({
      level: "problem",
      check: "errors sampled",
      message: "ERRORs exceed their share of the budget and are sampled, with honest weights",
      advice: "lipservice bypass SERVICE --for 30m keeps them all; a larger budget keeps them for good",
    });
  }
  for (const [cause, bytes] of budget.at("over_budget_bytes").members()) {
    if (!(bytes.number() > 0)) continue;
    const advice =
      cause === "bypass" ? "lipservice bypass --list names them" : "lipservice policy show lists the rules";
    warn(
      `over budget by ${cause}`,
      `${bytes.number()} bytes were kept beyond the budget because of a ${cause}`,
      advice,
    );
  }
  if (budget.at("bytes_per_second").value === null) {
    warn("no budget", `no budget is configured${forwarded(stats)}`, "set sampling.budget.keep_ratio");
  } else if (stats.at("mode").text() === "observe") {
    warn("observe", `the mode is observe${forwarded(stats)}`, "set sampling.budget.keep_ratio, and no sampling.mode");
  }
  const states = budget.at("states");
  if (states.at("storm").isTrue()) {
    const advice = "nothing is wrong here: find the sender in lipservice_service_records_total";
    warn("storm", "more than twice the ordinary input arrives; the budget follows the ordinary", advice);
  }
  const queue = stats.at("queue");
  const fill = queue.at("bytes").number() / queue.at("max_bytes").number();
  if (fill > QUEUE_FULL_ENOUGH) {
    const message = `the queue is ${Math.round(fill * 100)} % full, and the budget shrinks with it`;
    warn("queue", message, "look at the exporter's state");
  }
  return findings;
}

/** What observing comes to: services may have a mode of their own. */
function forwarded(stats: JsonView): string {
  const enforced = stats
    .at("mode_exceptions")
    .members()
    .filter(([, mode]) => mode.text() === "enforce");
  if (enforced.length === 0) return ": everything is forwarded, decisions are only reported";
  return `, but for ${listNames(enforced.map(([service]) => service))}: what other services send is forwarded whole`;
}

function trafficFindings(stats: JsonView): Finding[] {
  const findings: Finding[] = [];
  const received = stats.at("ledger").at("received").number();
  if (received === 0 && stats.at("uptime_seconds").number() > SILENT_SECONDS) {
    findings.push({
      level: "warning",
      check: "no traffic",
      message: "nothing was received since the start",
      advice: "point OTEL_EXPORTER_OTLP_LOGS_ENDPOINT of the senders at this instance's receivers",
    });
  }
  const rejected = stats.at("ledger").at("rejected").number();
  if (rejected > 0) {
    findings.push({
      level: "warning",
      check: "rejected",
      message: `${rejected} malformed records were rejected; their senders were told`,
      advice: "lipservice_records_rejected_total says why",
    });
  }
  const patterns = stats.at("patterns");
  const evicted = patterns.at("evicted").number();
  if (evicted > MUCH_EVICTED * patterns.at("created").number()) {
    findings.push({
      level: "warning",
      check: "patterns evicted",
      message: `${evicted} patterns were evicted from the table and will count as new again`,
      advice: "raise sampling.max_patterns, or find the service whose lines have no pattern",
    });
  }
  return findings;
}
