/** signature: how much of a record determines its pattern. */
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
  return section("How patterns are recognised.", {
    max_bytes: bytes({
      about:
        "Bytes of a body that are examined; of a longer body only its length counts, in classes of a factor of 16.",
      why: "Log statements differ early; later bytes are mostly data, and cost time.",
      default: "2KiB",
      min: "2KiB",
      max: "64KiB",
    }),
    max_words: integer({
      about: "Words of a body that are examined, within max_bytes.",
      why: "A log statement has few words; more are a list or a text, and each costs time.",
      default: 128,
      min: 32,
      max: 4096,
    }),
  });
}
