/** Every metric of the product, in the order of its documentation. Node's own process metrics come beside it. */
import { EXPORT_METRICS } from "./export-metrics.ts";
import type { MetricRow } from "./metric-row.ts";
import { RECORD_METRICS } from "./record-metrics.ts";
import { STATE_METRICS } from "./state-metrics.ts";

export const METRIC_PREFIX = "lipservice_";

export const METRIC_TABLE: readonly MetricRow[] = [...RECORD_METRICS, ...EXPORT_METRICS, ...STATE_METRICS];
