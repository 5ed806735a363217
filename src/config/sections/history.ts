/** history: what the policy loop and backtests look back on. */
import type { z } from "zod";
import { flag } from "../fields/choice.ts";
import { optionalSection, section } from "../fields/group.ts";
import { duration } from "../fields/number.ts";
import { secretAddress } from "../fields/secret.ts";
import { text } from "../fields/text.ts";
import type { Secret } from "../secret.ts";

export interface HistoryConfig {
  readonly clickhouse: { readonly url: Secret; readonly database: string };
  readonly embedded: { readonly directory: string } | undefined;
  readonly off: boolean;
  /** Milliseconds. */
  readonly ttl: number;
}

export function historySection(): z.ZodType<HistoryConfig> {
  return section(
    "Counts for each pattern over time. Kept in ClickHouse by address, or embedded in a directory, or not.",
    {
      clickhouse: section("A ClickHouse server.", {
        url: secretAddress(
          {
            about: "Address, with user and password if it wants them.",
            why: "None is known beforehand; also CLICKHOUSE_URL.",
            default: "",
          },
          ["http", "https"],
        ),
        database: text({
          about: "Database.",
          why: "The product's name.",
          default: "lipservice",
          pattern: { regex: /^[A-Za-z_][A-Za-z0-9_]{0,63}$/, wanted: "a name of letters, digits and underscores" },
        }),
      }),
      embedded: optionalSection("ClickHouse's engine in a process of its own.", {
        directory: text({ about: "Directory of its data.", why: "Must be chosen.", minLength: 1 }),
      }),
      off: flag({
        about: "Keep no history.",
        why: "Without an address or a directory there is none anyway.",
        default: false,
      }),
      ttl: duration({
        about: "How long history is kept.",
        why: "Covers a month's rhythm.",
        default: "30d",
        min: "1h",
        max: "3650d",
      }),
    },
  );
}
