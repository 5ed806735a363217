/** One user or machine rule; first match in document order wins. No regular expressions. */
export interface SamplingRule {
  readonly id: string;
  readonly match: RuleMatch;
  /** pin: p = 1, over the budget if need be. floor: at least `value` lines a minute. cap: at most `value` bytes a second. mute: p = 0, summaries only. */
  readonly kind: "pin" | "floor" | "cap" | "mute";
  /** Lines a minute for floor, bytes a second for cap; absent otherwise. */
  readonly value?: number;
  /** RFC 3339; the rule is ignored from then on. */
  readonly expires?: string;
  readonly reason?: string;
}

/** All present conditions must hold. */
export interface RuleMatch {
  readonly service?: string;
  /** Name (trace … fatal) or SeverityNumber. */
  readonly severity_min?: string | number;
  /** Published pattern id; aliases are resolved. */
  readonly pattern?: string;
  /** Exact string values of record attributes, else of resource attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly body_contains?: string;
}

export const POLICY_AUTHORS = ["user", "recluster", "llm", "rollback"] as const;
export type PolicyAuthor = (typeof POLICY_AUTHORS)[number];

export interface PolicyPattern {
  readonly template: string;
  readonly service: string;
  readonly severity: string;
  /** Multiplies the pattern's value; 1 is neutral. */
  readonly value?: number;
  readonly floor_per_minute?: number;
  readonly family?: string;
  /** Lines a second in ordinary times. */
  readonly baseline?: number;
}

export interface PolicyEvidence {
  readonly pattern: string;
  readonly change: string;
  readonly because: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Immutable once written; unknown versions and keys are refused with a sentence. */
export interface PolicyDocument {
  readonly version: string;
  readonly parent: string | null;
  readonly author: PolicyAuthor;
  /** RFC 3339. */
  readonly created: string;
  readonly expires: string | null;
  readonly rules: readonly SamplingRule[];
  readonly patterns: Readonly<Record<string, PolicyPattern>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly baseline_bytes_per_second: Readonly<Record<string, number>>;
  readonly evidence: readonly PolicyEvidence[];
}
