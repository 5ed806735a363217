/** history: counts over time for the policy loop and backtests. */
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
  return section("Counts of each pattern over time: in a ClickHouse server, in an embedded engine, or not kept.", {
    clickhouse: section("A ClickHouse server.", {
      url: secretAddress(
        {
          about: "Address, with user and password if the server requires them.",
          why: "There is no common address; CLICKHOUSE_URL sets it too.",
          default: "",
        },
        ["http", "https"],
      ),
      database: text({
        about: "Database.",
        why: "Named after the product.",
        default: "lipservice",
        pattern: { regex: /^[A-Za-z_][A-Za-z0-9_]{0,63}$/, wanted: "a name of letters, digits and underscores" },
      }),
    }),
    embedded: optionalSection("ClickHouse's engine in a child process.", {
      directory: text({ about: "Directory of its data.", why: "There is no useful default.", minLength: 1 }),
    }),
    off: flag({
      about: "Keep no history.",
      why: "Without an address or a directory no history is kept in any case.",
      default: false,
    }),
    ttl: duration({
      about: "How long history is kept.",
      why: "Covers monthly patterns of traffic.",
      default: "30d",
      min: "1h",
      max: "3650d",
    }),
  });
}
