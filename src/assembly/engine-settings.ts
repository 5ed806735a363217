/** Engine settings from the configuration: ceilings in one unit, services as a map, secrets as key bytes. */

import { createHash } from "node:crypto";
import type { Config } from "../config/config.ts";
import type { CeilingsConfig } from "../config/sections/sampling.ts";
import { hasCeiling, OBSERVE_KEEP_RATIO } from "../config/sections/sampling.ts";
import type { EngineSettings } from "../core/engine/engine.ts";
import { stampBytesOf } from "../core/sampling/budget/record-cost.ts";
import type { ServiceSettings } from "../core/sampling/settings.ts";
import type { Environment } from "../model/environment.ts";

const SECONDS_PER_DAY = 86_400;
const GIGABYTE = 1e9;
const KEY_BYTES = 16;
/** Share of the memory limit that the context ring may take. */
const CONTEXT_MEMORY_SHARE = 0.15;

export interface EngineIdentity {
  /** Fixed randomness for replay; live instances without a seed draw their own key. */
  readonly fallbackKey: Uint8Array;
  /** Distinguishes replicas in the draws of records without a trace id. */
  readonly instance: number;
  /** Prefix of ids: instance and boot. */
  readonly origin: string;
}

/** @param memoryLimitBytes bounds the context ring; Infinity for offline work */
export function engineSettings(config: Config, identity: EngineIdentity, memoryLimitBytes: number): EngineSettings {
  const { sampling } = config;
  const observedRatio = sampling.mode === "observe" && !hasCeiling(sampling.budget) ? OBSERVE_KEEP_RATIO : undefined;
  return {
    sampling: {
      budget: {
        keepRatio: ratioOf(sampling.budget) ?? observedRatio,
        bytesPerSecond: sampling.budget.bytes_per_second,
        bytesPerDay: bytesPerDay(sampling.budget),
        fleetShare: fleetShareOf(config),
        baselineBytesPerSecond: undefined,
      },
      mode: sampling.mode,
      services: serviceSettings(config),
      maxPatterns: sampling.max_patterns,
      maxServices: sampling.max_services,
      key: samplingKey(sampling.seed.reveal(), identity.fallbackKey),
      instance: identity.instance,
      trustTraceIds: sampling.trust_trace_ids,
      stampBytes: stampBytesOf(sampling.stamp),
      summaries: { intervalMs: sampling.summaries.interval, maxBudgetShare: sampling.summaries.max_budget_share },
      context: {
        maxBytes: Math.min(sampling.context.max_bytes, CONTEXT_MEMORY_SHARE * memoryLimitBytes),
        windowMs: sampling.context.window,
      },
    },
    signatureMaxBytes: config.signature.max_bytes,
    signatureMaxWords: config.signature.max_words,
    stamp: sampling.stamp,
    origin: identity.origin,
    parseTime: (rfc3339) => Date.parse(rfc3339),
  };
}

/** Instances do not exchange their needs, so a budget of the fleet is divided by their number. */
export function fleetShareOf({ sampling, fleet }: Config): number {
  return sampling.budget.scope === "fleet" ? 1 / (fleet.expected_instances ?? 1) : 1;
}

/** Identity of a live process: random, so that no other process has the same draws or ids. */
export function liveIdentity(environment: Environment): EngineIdentity {
  const bytes = environment.randomBytes(8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    fallbackKey: environment.randomBytes(KEY_BYTES),
    instance: view.getInt32(0),
    origin: Buffer.from(bytes).toString("base64url"),
  };
}

/** Identity of offline work: constant, so that two replays decide alike. */
export const REPLAY_IDENTITY: EngineIdentity = {
  fallbackKey: new Uint8Array(KEY_BYTES).fill(0x5a),
  instance: 1,
  origin: "replay",
};

/** The fleet's seed as a key of fixed length; without one, the fallback. */
function samplingKey(seed: string, fallback: Uint8Array): Uint8Array {
  if (seed === "") return fallback;
  return new Uint8Array(createHash("sha256").update("lipservice sampling key\n").update(seed).digest()).subarray(
    0,
    KEY_BYTES,
  );
}

/**
 * A ratio of 1 keeps all but what rules drop, so it is no ceiling: a ceiling would drop records to pay for the stamps.
 */
function ratioOf(ceilings: CeilingsConfig): number | undefined {
  return ceilings.keep_ratio === 1 ? undefined : ceilings.keep_ratio;
}

function bytesPerDay({ gb_per_day }: CeilingsConfig): number | undefined {
  return gb_per_day === undefined ? undefined : gb_per_day * GIGABYTE;
}

/**
 * The lowest of a service's absolute ceilings, bytes a second. Its ceiling per day is spread evenly over the day: only
 * the budget of all services is paced over the day shape. The ceiling limits content bytes, not bytes of requests.
 */
function serviceBytesPerSecond(ceilings: CeilingsConfig): number | undefined {
  const perDay = bytesPerDay(ceilings);
  const rates = [ceilings.bytes_per_second, perDay === undefined ? undefined : perDay / SECONDS_PER_DAY].filter(
    (rate) => rate !== undefined,
  );
  return rates.length === 0 ? undefined : Math.min(...rates);
}

function serviceSettings(config: Config): ReadonlyMap<string, ServiceSettings> {
  return new Map(
    Object.entries(config.sampling.services).map(([name, service]) => [
      name,
      { mode: service.mode, keepRatio: ratioOf(service.budget), bytesPerSecond: serviceBytesPerSecond(service.budget) },
    ]),
  );
}
