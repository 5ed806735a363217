/**
 * What the stand-in can be told: limits with the destination's defaults, and the switches between the two variants of
 * its edge that exist (one never answers 429 and takes unknown keys, the other does neither).
 */
import type { Environment } from "../../src/model/environment.ts";
import type { StoredRow } from "./stored-row.ts";

/** A project API key that the stand-in knows unless told otherwise. */
export const STANDIN_TOKEN = "phc_standin_project_key";

/** May change while the stand-in runs. */
export interface LiveSwitches {
  /** Keys with a team behind them; team ids count from 1 in this order. */
  readonly projectTokens: readonly string[];
  /** accept: 200, then dropped as team_not_found. reject: 401. */
  readonly unknownTokens: "accept" | "reject";
  /** What over-quota keys get: 200 and dropped behind the edge, or 429 with Retry-After 900. */
  readonly quota: "ignore" | "429";
  readonly overQuotaTokens: readonly string[];
  /** Answered 401 "Invalid token". */
  readonly droppedTokens: readonly string[];
  /** Whether the consumer's token bucket drops messages of teams that send too fast. */
  readonly rateLimit: boolean;
}

export interface StandinSettings {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly managementPort: number;
  /** Of a request after decompression. */
  readonly maxRequestBytes: number;
  /** Of the compressed message that a request becomes behind the edge; 0 turns the check off. */
  readonly maxMessageBytes: number;
  /** Bucket of the consumer's rate limiter, in kilobytes (1,000 bytes) of decompressed request. */
  readonly rateLimitBucketKb: number;
  readonly rateLimitKbPerSecond: number;
  /** False only counts records: a sink for benchmarks, which stores no rows. */
  readonly decode: boolean;
  /** Rows kept for reading back, newest last; counts are exact whatever is evicted. */
  readonly maxRows: number;
  /** Bytes of the kept rows, by bytes_uncompressed. */
  readonly maxRowBytes: number;
  /** Of the draws of faults with a probability. */
  readonly faultSeed: number;
  readonly switches: LiveSwitches;
}

export interface StandinOptions extends Partial<Omit<StandinSettings, "switches">> {
  readonly environment: Environment;
  readonly switches?: Partial<LiveSwitches>;
  /** Sees every row as it is stored, evicted later or not; must not throw. */
  readonly onRow?: (row: StoredRow) => void;
}

/** Fills in the destination's own defaults; the row bounds keep a long demo under about 100 MiB. */
export function resolveStandinSettings(options: StandinOptions): StandinSettings {
  return {
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    managementPort: options.managementPort ?? 0,
    maxRequestBytes: options.maxRequestBytes ?? 2 * 1024 * 1024,
    maxMessageBytes: options.maxMessageBytes ?? 1_000_000,
    rateLimitBucketKb: options.rateLimitBucketKb ?? 10_000,
    rateLimitKbPerSecond: options.rateLimitKbPerSecond ?? 1_000,
    decode: options.decode ?? true,
    maxRows: options.maxRows ?? 100_000,
    maxRowBytes: options.maxRowBytes ?? 64 * 1024 * 1024,
    faultSeed: options.faultSeed ?? 1,
    switches: {
      projectTokens: [STANDIN_TOKEN],
      unknownTokens: "accept",
      quota: "ignore",
      overQuotaTokens: [],
      droppedTokens: [],
      rateLimit: false,
      ...options.switches,
    },
  };
}
