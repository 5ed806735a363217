/** queue: where kept records wait for their destination. */
import type { z } from "zod";
import { choice } from "../fields/choice.ts";
import { optional, section } from "../fields/group.ts";
import { bytes } from "../fields/number.ts";
import { text } from "../fields/text.ts";

export const DURABILITIES = ["memory", "process", "fsync"] as const;
export type Durability = (typeof DURABILITIES)[number];

export interface QueueConfig {
  /** Empty: no directory, the queue is in memory. */
  readonly directory: string;
  /** Bytes. */
  readonly max_bytes: number;
  /** Resolved by loading; undefined only before. */
  readonly durability: Durability | undefined;
  /** One value: any other would lose records that their senders still hold. */
  readonly on_full: "refuse";
}

export function queueSection(): z.ZodType<QueueConfig> {
  return section("Where kept records wait for their destination.", {
    directory: text({
      about: "Directory of the queue; empty keeps it in memory.",
      why: "A sidecar often has no volume to write to.",
      default: "",
    }),
    max_bytes: bytes({
      about: "Largest size of the queue; in memory never more than 25 % of the memory limit.",
      why: "Holds an hour of 300 KB a second.",
      default: "1GiB",
      min: "64KiB",
      max: "16TiB",
    }),
    durability: optional(
      choice({
        about:
          "What an answered request survives: memory (nothing), process (kill -9 and restarts), fsync (loss of power).",
        why: "Left out: process when a directory is set, else memory.",
        values: DURABILITIES,
        alsoKnown: { disk: "process", none: "memory", sync: "fsync" },
      }),
    ),
    on_full: choice({
      about:
        "What happens when the queue is full: requests are refused with a delay, so that senders keep their records.",
      why: "No record is lost silently.",
      default: "refuse",
      values: ["refuse"],
      alsoKnown: { block: "refuse" },
    }),
  });
}
