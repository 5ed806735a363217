/**
 * Reload: the configuration is read again and checked whole. What can change while running is swapped at a batch boundary
 * (rules); for the rest the answer names the sections that wait for a restart. A bad configuration changes nothing.
 */
import type { ReloadResult } from "../admin/shapes/health.ts";
import type { Config } from "../config/config.ts";
import { effectiveConfig } from "../config/print.ts";
import type { Logger } from "../model/ports/logger.ts";

export type ConfigReader = () => Promise<
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly errors: readonly string[] }
>;

export interface ReloadCounts {
  readonly succeeded: number;
  readonly failed: number;
}

export class Reloader {
  readonly #read: ConfigReader;
  readonly #logger: Logger;
  readonly #apply: (config: Config) => void;
  readonly #running: () => Config;
  #succeeded = 0;
  #failed = 0;

  /** @param apply takes what can change while running out of a new configuration */
  constructor(read: ConfigReader, running: () => Config, apply: (config: Config) => void, logger: Logger) {
    this.#read = read;
    this.#running = running;
    this.#apply = apply;
    this.#logger = logger;
  }

  counts(): ReloadCounts {
    return { succeeded: this.#succeeded, failed: this.#failed };
  }

  async reload(): Promise<ReloadResult> {
    const result = await this.#read();
    if (!result.ok) {
      this.#failed++;
      this.#logger.error({ errors: result.errors.length }, "the configuration was not reloaded: it has errors");
      return { reloaded: false, errors: result.errors };
    }
    const restart = changedSections(this.#running(), result.config);
    this.#apply(result.config);
    this.#succeeded++;
    this.#logger.info({ restart_required: restart }, "the configuration was reloaded");
    return { reloaded: true, restart_required: restart };
  }
}

/** Top-level sections that differ, but for sampling.rules, which take effect at once. */
function changedSections(running: Config, next: Config): string[] {
  const before = effectiveConfig({ ...running, sampling: { ...running.sampling, rules: [] } });
  const after = effectiveConfig({ ...next, sampling: { ...next.sampling, rules: [] } });
  return Object.keys(after).filter((section) => JSON.stringify(before[section]) !== JSON.stringify(after[section]));
}
