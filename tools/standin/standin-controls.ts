/** What can be asked and told to a running stand-in, programmatically and over its management port alike. */
import type { FaultRule } from "./fault-plan.ts";
import type { RowQuery } from "./row-store.ts";
import type { LiveSwitches } from "./settings.ts";
import type { StandinStats } from "./standin-stats.ts";
import type { StoredRow } from "./stored-row.ts";

export interface StandinControls {
  /** The rows still held, oldest first. */
  rows(query?: RowQuery): readonly StoredRow[];
  stats(): StandinStats;
  /** Replaces all fault rules; an empty list ends the trouble. */
  setFaults(rules: readonly FaultRule[]): void;
  /** Changes switches from the next request on. */
  setSwitches(change: Partial<LiveSwitches>): void;
  /** Drops all connections and refuses new ones until acceptConnections(). */
  refuseConnections(): Promise<void>;
  /** Listens again, on the same port. */
  acceptConnections(): Promise<void>;
  /** Forgets rows, counts, faults and rate-limit buckets; switches stay. */
  reset(): void;
}
