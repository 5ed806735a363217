/** signature: how much of a record its pattern is told from. */
import type { z } from "zod";
import { section } from "../fields/group.ts";
import { bytes, integer } from "../fields/number.ts";

export interface SignatureConfig {
  /** Bytes of a body. */
  readonly max_bytes: number;
  /** Words of a body. */
  readonly max_words: number;
}

export function signatureSection(): z.ZodType<SignatureConfig> {
  return section("How patterns are told from records.", {
    max_bytes: bytes({
      about: "Bytes of a body that are examined; of a longer one only how far it goes counts, in steps of 16 times.",
      why: "Statements differ early; what comes late is mostly data, and costs time.",
      default: "2KiB",
      min: "2KiB",
      max: "64KiB",
    }),
    max_words: integer({
      about: "Words of a body that are examined, within those bytes.",
      why: "A statement has few words; more are a list or a text, and each costs time.",
      default: 128,
      min: 32,
      max: 4096,
    }),
  });
}
