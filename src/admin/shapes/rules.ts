/** Rules as the API lists, adds and removes them. */
import type { SamplingRule } from "../../model/policy.ts";

export interface RuleRow {
  readonly rule: SamplingRule;
  /** configuration: from the operator's file, only removable there. policy: from the policy document. */
  readonly source: "configuration" | "policy";
}

/** A rule to add; without an id it gets one. */
export type NewRule = Omit<SamplingRule, "id"> & { readonly id?: string };

export type RuleChange =
  | { readonly kind: "changed"; readonly rule: SamplingRule; readonly policyVersion: string }
  | { readonly kind: "not_found" }
  /** A rule of that id exists, or the configuration owns it. One sentence. */
  | { readonly kind: "conflict"; readonly message: string }
  /** The policy with this rule is not valid, or cannot be stored. One sentence. */
  | { readonly kind: "refused"; readonly message: string };
