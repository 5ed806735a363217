/** The stand-in's counts as Prometheus text. Label values come from closed lists and status codes. */
import type { StandinStats } from "../standin-stats.ts";

export function metricsText(stats: StandinStats): string {
  const { requests, records, bytes } = stats;
  return [
    ...family("http_requests_total", "Requests answered, by status", labelled("status", requests.byStatus)),
    ...family(
      "capture_logs_requests_rejected_total",
      "Requests refused because of their token",
      labelled("reason", stats.rejected),
    ),
    ...family("standin_records_accepted_total", "Records in accepted requests", [["", records.accepted]]),
    ...family("standin_records_stored_total", "Rows stored", [["", records.stored]]),
    ...family("standin_records_dropped_total", "Records dropped behind the 200", labelled("reason", records.dropped)),
    ...family("standin_bytes_billed_total", "Decompressed bytes of requests let through", [["", bytes.billed]]),
    "",
  ].join("\n");
}

function labelled(label: string, counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).map(([value, count]) => [`{${label}="${value}"}`, count]);
}

function family(name: string, help: string, samples: readonly (readonly [string, number])[]): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} counter`,
    ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
  ];
}
