/** exporters: where survivors go; each exporter gets every one. */
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

/** What is written when nothing is: PostHog, with the key from the environment. */
export const DEFAULT_EXPORTERS = { posthog: {} } as const;

export function exportersSection(): z.ZodType<ExportersConfig> {
  return section(
    "Where survivors go. Exactly the exporters that are listed; posthog when none is.",
    {
      posthog: optionalSection("PostHog's log capture.", posthogFields()),
      otlphttp: optionalSection("Any receiver of OTLP over HTTP.", otlpHttpFields()),
      file: optionalSection("A file of OTLP/JSON lines, one request each.", {
        path: text({ about: "Path of the file; it is appended to.", why: "Must be chosen.", minLength: 1 }),
        max_file_bytes: bytes({
          about: "Size at which the file is set aside and a new one begun; 0: never.",
          why: "The Collector's default: one file, whole.",
          default: "0",
          min: "0",
          max: "1TiB",
        }),
        max_backups: integer({
          about: "Files set aside that are kept.",
          why: "Matters only with max_file_bytes.",
          default: 3,
          min: 0,
          max: 1_000,
        }),
      }),
      debug: optionalSection("One line about each request in LipService's own log, without content.", {}),
    },
    DEFAULT_EXPORTERS,
  );
}

function posthogFields(): { [Key in keyof PosthogConfig]: z.ZodType<PosthogConfig[Key]> } {
  return {
    host: httpAddress({
      about: "Region or address of PostHog: https://us.i.posthog.com, https://eu.i.posthog.com, or one's own.",
      why: "PostHog's default region.",
      default: "https://us.i.posthog.com",
    }),
    api_key: secret({
      about: "Project API key (phc_…).",
      why: "Set by POSTHOG_API_KEY or POSTHOG_API_KEY_FILE when it is not written here.",
      default: "",
    }),
    ...sendingFields({
      about: "Largest request before compression.",
      why: "PostHog refuses 2 MiB, and its queue takes 1 MB a message.",
      default: "900KB",
      min: "16KiB",
      max: "10MiB",
    }),
  };
}

function otlpHttpFields(): { [Key in keyof OtlpHttpExporterConfig]: z.ZodType<OtlpHttpExporterConfig[Key]> } {
  return {
    endpoint: httpAddress({
      about: "Base address; /v1/logs is added.",
      why: "Must be chosen.",
    }),
    headers: dictionary(
      "Headers of every request; their values are treated as secrets.",
      secret({ about: "A header's value.", why: "Usually a credential." }),
    ),
    ...sendingFields({
      about: "Largest request before compression.",
      why: "Under the 4 MiB and more that receivers of OTLP take by default.",
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
      about: "How long one request may take, answer included.",
      why: "The Collector's for OTLP over HTTP.",
      default: "30s",
      min: "100ms",
      max: "10m",
    }),
    compression: choice({
      about: "Compression of requests.",
      why: "Logs shrink to a tenth; billing counts bytes before compression either way.",
      default: "gzip",
      values: COMPRESSIONS,
      alsoKnown: { off: "none", false: "none", identity: "none", zstd: "gzip", snappy: "gzip", deflate: "gzip" },
    }),
    max_request_bytes: bytes(requestBytes),
    max_bytes_per_second: bytes({
      about: "Pace of sending, before compression; 0 for no limit.",
      why: "The budget limits what is sent in the long run; this is for slow links.",
      default: "0",
      min: "0",
      max: "100GiB",
    }),
  };
}
