/** Settings of exporters and queue from the configuration. */
import type { Config } from "../config/config.ts";
import type { ExporterSettings, SendingSettings } from "../exporters/exporter-settings.ts";
import type { MemoryQueueSettings } from "../queue/memory-queue.ts";

const FLUSH_INTERVAL_MS = 1000;
const MAX_CONCURRENCY = 4;
/** Share of the memory limit that a queue in memory may take. */
const QUEUE_MEMORY_SHARE = 0.25;
/** Bytes of one OTLP/JSON line of the file exporter, before encoding. */
const FILE_REQUEST_BYTES = 1024 * 1024;

export function exporterSettings(config: Config): ExporterSettings[] {
  const { posthog, otlphttp, file, debug } = config.exporters;
  const settings: ExporterSettings[] = [];
  if (posthog !== undefined) {
    settings.push({
      kind: "posthog",
      ...sending("posthog", posthog.max_request_bytes),
      host: posthog.host,
      apiKey: posthog.api_key.reveal(),
      apiKeyFile: posthog.api_key.file ?? "",
      timeoutMs: posthog.timeout,
      compression: posthog.compression,
      maxBytesPerSecond: posthog.max_bytes_per_second,
    });
  }
  if (otlphttp !== undefined) {
    const headers = Object.fromEntries(Object.entries(otlphttp.headers).map(([name, value]) => [name, value.reveal()]));
    settings.push({
      kind: "otlphttp",
      ...sending("otlphttp", otlphttp.max_request_bytes),
      endpoint: otlphttp.endpoint,
      headers,
      timeoutMs: otlphttp.timeout,
      compression: otlphttp.compression,
      maxBytesPerSecond: otlphttp.max_bytes_per_second,
    });
  }
  if (file !== undefined) {
    const limits = { maxFileBytes: file.max_file_bytes, maxBackups: file.max_backups };
    settings.push({ kind: "file", ...sending("file", FILE_REQUEST_BYTES), path: file.path, ...limits });
  }
  if (debug !== undefined) settings.push({ kind: "debug", ...sending("debug", FILE_REQUEST_BYTES) });
  return settings;
}

function sending(id: string, maxRequestBytes: number): SendingSettings {
  return { id, flushIntervalMs: FLUSH_INTERVAL_MS, maxRequestBytes, maxConcurrency: MAX_CONCURRENCY };
}

/** A queue in memory is bounded by its own setting and by a quarter of the memory limit. */
export function queueSettings(config: Config, memoryLimitBytes: number): MemoryQueueSettings {
  return { maxBytes: Math.floor(Math.min(config.queue.max_bytes, QUEUE_MEMORY_SHARE * memoryLimitBytes)) };
}
