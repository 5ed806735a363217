/**
 * What is wrong with a running instance, most important first: a pure function of /healthz and /api/v1/stats. A
 * *problem* loses logs, money or correct counts now; a *warning* may become a problem, or hides one.
 */
import { listNames } from "../../config/mode-exceptions.ts";
import type { JsonView } from "./json-view.ts";

export interface Finding {
  readonly level: "problem" | "warning";
  /** Stable, for scripts. */
  readonly check: string;
  /** One sentence: the state that was found. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly advice: string;
}

/** From this fill on the queue lowers the budget (and at 0.8 stops the draw). */
const QUEUE_FULL_ENOUGH = 0.5;
/** An instance that received nothing for this long after its start has no senders. */
const SILENT_SECONDS = 60;
/** Evictions beyond this share of the patterns ever seen: the table is too small for the traffic. */
const MUCH_EVICTED = 0.1;

const LOSSES: readonly (readonly [reason: string, because: string, advice: string])[] = [
  ["queue_full", "the queue was full", "check the exporter with lipservice health, then raise queue.max_bytes"],
  ["too_large", "the destination refuses records of their size", "shorten such bodies in the application"],
  ["poison", "the destination refused them as malformed", "look for 400 in lipservice_export_requests_total"],
  [
    "shutdown_abandoned",
    "a shutdown ended before they were sent",
    "give the process more time to drain before it is killed",
  ],
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
    const message = "the instance reports no ledger";
    return [
      { level: "warning", check: "ledger", message, advice: "run the lipservice command of the instance's version" },
    ];
  }
  return [
    {
      level: "problem",
      check: "ledger",
      message: `the ledger is off by ${error} records, which are not accounted for`,
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
      message: component.at("message").text() || `the component is ${component.at("state").text()}`,
      advice: "docs/OPERATIONS.md lists the components and what to do",
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
        return [
          {
            level: "warning",
            check,
            message,
            advice: "no action: it keeps retrying, and kept records wait in the queue",
          },
        ];
      }
      return [
        {
          level: "problem",
          check,
          message,
          advice: "correct the key or the address if the message names one; kept records wait in the queue",
        },
      ];
    });
}

function lossFindings(stats: JsonView): Finding[] {
  const dropped = stats.at("dropped");
  return LOSSES.flatMap(([reason, because, advice]): Finding[] => {
    const records = dropped.at(reason).number();
    if (!(records > 0)) return [];
    return [{ level: "problem", check: `loss ${reason}`, message: `${records} records were lost: ${because}`, advice }];
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
      message: "ERROR records exceed the ERROR lane and are sampled; their weights stay correct",
      advice:
        "lipservice bypass SERVICE --for 30m keeps all of them for 30 minutes; a larger budget keeps them permanently",
    });
  }
  for (const [cause, bytes] of budget.at("over_budget_bytes").members()) {
    if (!(bytes.number() > 0)) continue;
    const advice =
      cause === "bypass" ? "lipservice bypass --list shows the bypasses" : "lipservice policy show lists the rules";
    warn(
      `over budget by ${cause}`,
      `${bytes.number()} bytes were kept regardless of the budget because of a ${cause}`,
      advice,
    );
  }
  if (budget.at("bytes_per_second").value === null) {
    warn("no budget", `no budget is configured${forwarded(stats)}`, "set sampling.budget.keep_ratio");
  } else if (stats.at("mode").text() === "observe") {
    warn(
      "observe",
      `the mode is observe${forwarded(stats)}`,
      "set sampling.budget.keep_ratio and remove sampling.mode",
    );
  }
  const states = budget.at("states");
  if (states.at("storm").isTrue()) {
    const advice = "no action here: lipservice_service_records_total shows which service sends more";
    warn(
      "storm",
      "the input is more than twice its baseline; the budget follows twice the baseline instead of the input",
      advice,
    );
  }
  const queue = stats.at("queue");
  const fill = queue.at("bytes").number() / queue.at("max_bytes").number();
  if (fill > QUEUE_FULL_ENOUGH) {
    const message = `the queue is ${Math.round(fill * 100)} % full, and the budget shrinks with it`;
    warn("queue", message, "check the exporter with lipservice health");
  }
  return findings;
}

/** What mode observe means here: services may have another mode. */
function forwarded(stats: JsonView): string {
  const enforced = stats
    .at("mode_exceptions")
    .members()
    .filter(([, mode]) => mode.text() === "enforce");
  if (enforced.length === 0) return ": every record is forwarded, and decisions are only reported";
  const names = listNames(enforced.map(([service]) => service));
  return `: only records of ${names} are sampled, all other services are forwarded whole`;
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
      message: `${rejected} malformed records were rejected, and their senders were informed`,
      advice: "lipservice_records_rejected_total shows the reasons",
    });
  }
  const patterns = stats.at("patterns");
  const evicted = patterns.at("evicted").number();
  if (evicted > MUCH_EVICTED * patterns.at("created").number()) {
    findings.push({
      level: "warning",
      check: "patterns evicted",
      message: `${evicted} patterns were evicted from the table; one that returns starts with an approximate rate`,
      advice: "raise sampling.max_patterns, or find the service whose lines have no patterns",
    });
  }
  return findings;
}
