/** Resolved settings of every kind of exporter; compose maps the configuration to them. */
import type { Compression } from "./http/compression.ts";

/** How much is sent how: common to all kinds. */
export interface SendingSettings {
  /** Unique among the exporters; metric label, log field, component id. */
  readonly id: string;
  /** A batch waits this long at most for more; 1000 unless there is a reason. */
  readonly flushIntervalMs: number;
  /** Uncompressed size that requests are filled to. */
  readonly maxRequestBytes: number;
  /** Requests under way at once, at most; 4 unless there is a reason. */
  readonly maxConcurrency: number;
}

export interface PosthogSettings extends SendingSettings {
  readonly kind: "posthog";
  /** Base URL, such as https://us.i.posthog.com; a path is kept as a prefix. */
  readonly host: string;
  /** Project API key. */
  readonly apiKey: string;
  /** File that the key came from, read again every minute; "" when it came from elsewhere. */
  readonly apiKeyFile: string;
  readonly timeoutMs: number;
  readonly compression: Compression;
  /** Uncompressed bytes a second; 0 = no limit. */
  readonly maxBytesPerSecond: number;
}

export interface OtlpHttpSettings extends SendingSettings {
  readonly kind: "otlphttp";
  /** Base URL; v1/logs is appended, as the Collector does, unless it is there already. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly compression: Compression;
  /** Uncompressed bytes a second; 0 = no limit. */
  readonly maxBytesPerSecond: number;
}

export interface FileSettings extends SendingSettings {
  readonly kind: "file";
  readonly path: string;
  /** The file is set aside when it would become larger; 0 = never. */
  readonly maxFileBytes: number;
  /** Files set aside that are kept. */
  readonly maxBackups: number;
}

export interface DebugSettings extends SendingSettings {
  readonly kind: "debug";
}

export type ExporterSettings = PosthogSettings | OtlpHttpSettings | FileSettings | DebugSettings;
