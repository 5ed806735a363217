/** docs/METRICS.md as the metric table has it. The test of the same name compares, and rewrites it when run with `-u`. */
import type { MetricRow } from "../../src/telemetry/metric-row.ts";
import { METRIC_PREFIX, METRIC_TABLE } from "../../src/telemetry/metric-table.ts";

const HEAD = `# Metrics

<!-- Generated from src/telemetry/*-metrics.ts: npx vitest run test/unit/telemetry/metrics-document.test.ts -u -->

Served at \`/metrics\` of the admin port in the Prometheus text format, with Node's default process metrics (\`process_*\`,
\`nodejs_*\`) in addition. Counters start at the start of the process. Label values come from closed lists, except \`service\`: senders
choose these names, so only the first 100 are label values and all others count as \`other\`. Every combination of labels
that is known in advance exists as 0 from the first scrape. Terms are defined in [GLOSSARY.md](GLOSSARY.md).

| metric | type | labels | meaning |
|---|---|---|---|
`;

export function metricsDocument(): string {
  return `${HEAD}${METRIC_TABLE.map(tableLine).join("\n")}\n`;
}

function tableLine(row: MetricRow): string {
  const labels = row.labels.map((label) => `\`${label}\``).join(", ");
  return `| \`${METRIC_PREFIX}${row.name}\` | ${row.kind} | ${labels} | ${row.help} |`;
}
