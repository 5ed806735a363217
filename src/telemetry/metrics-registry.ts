/**
 * The only place that knows prom-client: turns the metric table into its own registry and the registry into text.
 * Promises that nothing is computed between scrapes, that a failing source costs only its own samples (absent and
 * counted, never stale), and that the registry is the caller's alone.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { MetricInputs, MetricRow, Sample } from "./metric-row.ts";
import { METRIC_PREFIX, METRIC_TABLE } from "./metric-table.ts";

export interface MetricsText {
  /** Media type of the text. */
  readonly contentType: string;
  /** All metrics in the Prometheus text format 0.0.4. */
  text(): Promise<string>;
}

export class MetricsRegistry implements MetricsText {
  readonly #registry: Registry = new Registry();
  readonly #inputs: MetricInputs;
  #readErrors = 0;

  /**
   * @param inputs what the rows of the table read from
   * @param options processMetrics: Node's and the process's own metrics as well (prom-client's default set)
   */
  constructor(inputs: MetricInputs, options: { readonly processMetrics: boolean }) {
    this.#inputs = inputs;
    for (const row of METRIC_TABLE) this.#register(row);
    if (options.processMetrics) collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #register(row: MetricRow): void {
    const describe = {
      name: METRIC_PREFIX + row.name,
      help: row.help,
      labelNames: [...row.labels],
      registers: [this.#registry],
    };
    const collect = (): void => this.#collect(row, metric);
    const metric: SampleSink =
      row.kind === "counter"
        ? counterSink(new Counter({ ...describe, collect }))
        : gaugeSink(new Gauge({ ...describe, collect }));
  }

  #collect(row: MetricRow, metric: SampleSink): void {
    metric.clear();
    try {
      const read = row.read({ ...this.#inputs, readErrors: this.#readErrors });
      for (const { labels, value } of samplesIn(read)) metric.put(labels, value);
    } catch {
      this.#readErrors += 1;
      metric.clear();
    }
  }
}

function samplesIn(read: number | readonly Sample[]): readonly Sample[] {
  return typeof read === "number" ? [{ labels: {}, value: read }] : read;
}

/** What a collect callback writes to; hides that counters and gauges take values differently. */
interface SampleSink {
  clear(): void;
  put(labels: Readonly<Record<string, string>>, value: number): void;
}

function counterSink(counter: Counter): SampleSink {
  return { clear: () => empty(counter), put: (labels, value) => counter.inc({ ...labels }, value) };
}

function gaugeSink(gauge: Gauge): SampleSink {
  return { clear: () => empty(gauge), put: (labels, value) => gauge.set({ ...labels }, value) };
}

/** reset() leaves a metric without labels one sample of 0; it must have none. */
function empty(metric: Counter | Gauge): void {
  metric.reset();
  metric.remove({});
}
