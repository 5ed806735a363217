/** The worlds that traffic can come from. */
import { ShopWorld } from "./shop-world.ts";
import { SimpleWorld } from "./simple-world.ts";
import type { World } from "./traffic.ts";
import type { WorldSettings } from "./world-settings.ts";
import { DEFAULT_WORLD_SETTINGS } from "./world-settings.ts";

export const WORLD_KINDS = ["simple", "incidents"] as const;
/** simple: many services, Zipf templates, no story. incidents: a shop with a rhythm and planted incidents. */
export type WorldKind = (typeof WORLD_KINDS)[number];

/** @param seed any text; the same seed and calls give the same records */
export function createWorld(kind: WorldKind, seed: string, settings: Partial<WorldSettings> = {}): World {
  const resolved = { ...DEFAULT_WORLD_SETTINGS, ...settings };
  return kind === "simple" ? new SimpleWorld(seed, resolved) : new ShopWorld(seed, resolved);
}
