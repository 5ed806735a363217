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
  /** Empty: no model is used. */
  readonly base_url: string;
  readonly model: string;
  readonly api_key: Secret;
}

export function reclusterSection(): z.ZodType<ReclusterConfig> {
  return section("The loop that groups patterns and proposes policies.", {
    enabled: autoOrFlag({
      about: "auto: on when a history is kept, in one instance of a fleet.",
      why: "The loop learns from the history.",
      default: "auto",
    }),
    interval: duration({
      about: "Time between cycles.",
      why: "Patterns change with deployments, not every minute.",
      default: "15m",
      min: "10s",
      max: "24h",
    }),
    approval: choice({
      about:
        "auto: a proposal that passes the guards and the shadow comparison is put into force. manual: a person approves it.",
      why: "Guards, the shadow comparison and rollback limit what a proposal can do.",
      default: "auto",
      values: APPROVALS,
    }),
    llm: section("A language model that may also propose; it gets masked templates and counts only.", {
      base_url: httpAddress({
        about: "Address of an OpenAI-compatible API; empty: no model is used.",
        why: "LipService works without a model.",
        default: "",
        mayBeEmpty: true,
      }),
      model: text({ about: "Name of the model.", why: "It depends on the address.", default: "", maxLength: 200 }),
      api_key: secret({ about: "API key of the model.", why: "Local models need no key.", default: "" }),
    }),
  });
}
