/** Why a record would be kept or dropped now, step by step; nothing is counted, learned or forwarded. */

export type ExplainInput =
  /** A parsed OTLP/JSON ExportLogsServiceRequest, not validated beyond being an object. */
  | { readonly format: "otlp-json"; readonly request: object }
  | { readonly format: "ndjson"; readonly record: ExplainRecord };

/** One line of ndjson: the fields that count; others are ignored. */
export interface ExplainRecord {
  readonly body: string;
  readonly time_unix_nano?: string | number;
  readonly severity_text?: string;
  readonly service?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
}

export type ExplainResult =
  /** One trace a record, in order. */
  | { readonly kind: "explained"; readonly items: readonly ExplainTrace[] }
  /** The input is no log record; one sentence. */
  | { readonly kind: "invalid"; readonly message: string };

export interface ExplainTrace {
  readonly pattern: string;
  readonly template: string;
  /** The record's own template, before learned words were masked: the same but for kinds when nothing was merged. */
  readonly masked: string;
  /** Ids that were given out before patterns were merged and lead to this one; at most 20 of them. */
  readonly aliases: readonly string[];
  /** False: no record of this shape was seen yet; it would be novel. */
  readonly known: boolean;
  readonly service: string;
  readonly severity: string;
  readonly tokens: readonly ExplainToken[];
  /** The steps of the decision in order, up to the one that decided. */
  readonly steps: readonly ExplainStep[];
  readonly keep: boolean;
  readonly reason: string;
  readonly probability: number;
  readonly weight: number;
  readonly policy_version: string;
}

export interface ExplainToken {
  readonly text: string;
  /** What the token is masked as in the template; null when it is a constant. */
  readonly mask: string | null;
}

export interface ExplainStep {
  /** A keep reason, or muted. */
  readonly step: string;
  readonly matched: boolean;
  /** Rule that was looked at; null at other steps. */
  readonly rule: string | null;
  readonly because: string;
}
