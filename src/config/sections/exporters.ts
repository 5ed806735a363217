/** exporters: where kept records go; each exporter gets every record. */
import type { z } from "zod";
import { httpAddress } from "../fields/address.ts";
import { choice } from "../fields/choice.ts";
import { dictionary, optionalSection, section } from "../fields/group.ts";
import type { MeasureOptions } from "../fields/number.ts";
import { bytes, duration, integer } from "../fields/number.ts";
import { secret } from "../fields/secret.ts";
import { text } from "../fields/text.ts";
import type { Secret } from "../secret.ts";

export const COMPRESSIONS = ["gzip", "none"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export interface ExportersConfig {
  /** Loaded to run: there only with a key. Loaded for offline work: the key may be empty. */
  readonly posthog: PosthogConfig | undefined;
  readonly otlphttp: OtlpHttpExporterConfig | undefined;
  readonly file: FileExporterConfig | undefined;
  readonly debug: Readonly<Record<string, never>> | undefined;
}

interface SendingConfig {
  /** Milliseconds. */
  readonly timeout: number;
  readonly compression: Compression;
  /** Bytes of a request before compression. */
  readonly max_request_bytes: number;
  /** Bytes a second before compression; 0: no limit. */
  readonly max_bytes_per_second: number;
}

export interface PosthogConfig extends SendingConfig {
  /** Without a final slash. */
  readonly host: string;
  readonly api_key: Secret;
}

export interface OtlpHttpExporterConfig extends SendingConfig {
  /** Without a final slash. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, Secret>>;
}

export interface FileExporterConfig {
  readonly path: string;
  /** Bytes; 0: no limit. */
  readonly max_file_bytes: number;
  readonly max_backups: number;
}

/** The default section: PostHog, with the key from the environment. */
export const DEFAULT_EXPORTERS = { posthog: {} } as const;

export function exportersSection(): z.ZodType<ExportersConfig> {
  return section(
    "Where kept records go: to each exporter that is listed, or to posthog when none is listed.",
    {
      posthog: optionalSection("PostHog's log capture.", posthogFields()),
      otlphttp: optionalSection("Any OTLP/HTTP receiver.", otlpHttpFields()),
      file: optionalSection("A file of OTLP/JSON lines, one line for each request.", {
        path: text({
          about: "Path of the file; new lines are appended.",
          why: "There is no useful default.",
          minLength: 1,
        }),
        max_file_bytes: bytes({
          about: "Size at which the file is renamed and a new one started; 0: never.",
          why: "The Collector's default: one file without rotation.",
          default: "0",
          min: "0",
          max: "1TiB",
        }),
        max_backups: integer({
          about: "Renamed files to keep.",
          why: "Applies only with max_file_bytes.",
          default: 3,
          min: 0,
          max: 1_000,
        }),
      }),
      debug: optionalSection("One line for each request in LipService's own log, without its content.", {}),
    },
    DEFAULT_EXPORTERS,
  );
}

function posthogFields(): { [Key in keyof PosthogConfig]: z.ZodType<PosthogConfig[Key]> } {
  return {
    host: httpAddress({
      about: "Address of PostHog: https://us.i.posthog.com, https://eu.i.posthog.com, or your own.",
      why: "PostHog's default region.",
      default: "https://us.i.posthog.com",
    }),
    api_key: secret({
      about: "Project API key (phc_…).",
      why: "POSTHOG_API_KEY or POSTHOG_API_KEY_FILE sets it when it is not written here.",
      default: "",
    }),
    ...sendingFields({
      about: "Largest request before compression.",
      why: "PostHog refuses 2 MiB, and its queue takes messages of at most 1 MB.",
      default: "900KB",
      min: "16KiB",
      max: "10MiB",
    }),
  };
}

function otlpHttpFields(): { [Key in keyof OtlpHttpExporterConfig]: z.ZodType<OtlpHttpExporterConfig[Key]> } {
  return {
    endpoint: httpAddress({
      about: "Base address; /v1/logs is appended.",
      why: "There is no useful default.",
    }),
    headers: dictionary(
      "Headers of every request; their values are treated as secrets.",
      secret({ about: "Value of the header.", why: "It is usually a credential." }),
    ),
    ...sendingFields({
      about: "Largest request before compression.",
      why: "OTLP receivers accept at least 4 MiB by default.",
      default: "2MiB",
      min: "16KiB",
      max: "64MiB",
    }),
  };
}

function sendingFields(requestBytes: MeasureOptions): {
  [Key in keyof SendingConfig]: z.ZodType<SendingConfig[Key]>;
} {
  return {
    timeout: duration({
      about: "Longest time for one request, from its start to the answer.",
      why: "The Collector's default for OTLP/HTTP.",
      default: "30s",
      min: "100ms",
      max: "10m",
    }),
    compression: choice({
      about: "Compression of request bodies.",
      why: "Logs compress to about a tenth; billing counts bytes before compression in both cases.",
      default: "gzip",
      values: COMPRESSIONS,
      alsoKnown: { off: "none", false: "none", identity: "none", zstd: "gzip", snappy: "gzip", deflate: "gzip" },
    }),
    max_request_bytes: bytes(requestBytes),
    max_bytes_per_second: bytes({
      about: "Most bytes a second to send, before compression; 0: no limit.",
      why: "The budget limits the bytes over time; this limits peaks on slow links.",
      default: "0",
      min: "0",
      max: "100GiB",
    }),
  };
}
