/** recluster: the loop that proposes policies. */
import type { z } from "zod";
import { httpAddress } from "../fields/address.ts";
import { autoOrFlag, choice } from "../fields/choice.ts";
import { section } from "../fields/group.ts";
import { duration } from "../fields/number.ts";
import { secret } from "../fields/secret.ts";
import { text } from "../fields/text.ts";
import type { Secret } from "../secret.ts";

export const APPROVALS = ["auto", "manual"] as const;
export type Approval = (typeof APPROVALS)[number];

export interface ReclusterConfig {
  readonly enabled: "auto" | boolean;
  /** Milliseconds. */
  readonly interval: number;
  readonly approval: Approval;
  readonly llm: LlmConfig;
}

export interface LlmConfig {
  /** Empty: no model is asked. */
  readonly base_url: string;
  readonly model: string;
  readonly api_key: Secret;
}

export function reclusterSection(): z.ZodType<ReclusterConfig> {
  return section("The loop that groups patterns and proposes policies.", {
    enabled: autoOrFlag({
      about: "auto: on where a history is kept, and in one instance of a fleet.",
      why: "Without a history there is nothing to learn from.",
      default: "auto",
    }),
    interval: duration({
      about: "Time between cycles.",
      why: "Patterns change with deployments, not by the minute.",
      default: "15m",
      min: "10s",
      max: "24h",
    }),
    approval: choice({
      about: "auto: a proposal that passes guards and shadow serves by itself. manual: a person approves it.",
      why: "Guards, shadow and rollback stand between a proposal and the traffic.",
      default: "auto",
      values: APPROVALS,
    }),
    llm: section("A language model that may propose too; it sees masked templates and counts only.", {
      base_url: httpAddress({
        about: "Address of an OpenAI-compatible API; empty: no model is asked.",
        why: "The product needs no model.",
        default: "",
        mayBeEmpty: true,
      }),
      model: text({ about: "Model's name.", why: "Must be chosen with the address.", default: "", maxLength: 200 }),
      api_key: secret({ about: "Its key.", why: "Local models need none.", default: "" }),
    }),
  });
}
