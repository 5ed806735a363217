/**
 * Reload: reads the configuration again and checks it as a whole. Rules, which can change while running, are replaced
 * between two slices; for the rest the answer names the sections that wait for a restart. An invalid configuration
 * changes nothing; the log lists its errors, and /healthz reports it until a valid one is read.
 */
import type { ReloadResult } from "../admin/shapes/health.ts";
import type { Config } from "../config/config.ts";
import { effectiveConfig } from "../config/print.ts";
import type { Component, ComponentHealth } from "../model/ports/component.ts";
import type { Logger } from "../model/ports/logger.ts";

export type ConfigReader = () => Promise<
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly errors: readonly string[] }
>;

export interface ReloadCounts {
  readonly succeeded: number;
  readonly failed: number;
}

export class Reloader implements Component {
  readonly id: string = "configuration";
  readonly #read: ConfigReader;
  readonly #logger: Logger;
  readonly #apply: (config: Config) => void;
  readonly #running: () => Config;
  /** Reloads run one after the other, so that the last one read is in force. */
  #last: Promise<unknown> = Promise.resolve();
  #succeeded = 0;
  #failed = 0;
  /** Errors of the last reload; 0 when it succeeded. */
  #errors = 0;
  /** Sections that were read but wait for a restart. */
  #waiting: readonly string[] = [];

  /**
   * @param running returns the configuration in force
   * @param apply applies the parts of a new configuration that can change while running
   */
  constructor(read: ConfigReader, running: () => Config, apply: (config: Config) => void, logger: Logger) {
    this.#read = read;
    this.#running = running;
    this.#apply = apply;
    this.#logger = logger;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** Only numbers and names of sections, no text of the file: every client of the port can read it. */
  health(): ComponentHealth {
    if (this.#errors > 0) {
      const errors = this.#errors === 1 ? "1 error" : `${this.#errors} errors`;
      const message = `The last reload failed with ${errors}, which the log lists; the running configuration stays in force`;
      return { state: "degraded", message };
    }
    if (this.#waiting.length === 0) return { state: "ok" };
    return { state: "ok", message: `Changes of ${this.#waiting.join(", ")} wait for a restart` };
  }

  counts(): ReloadCounts {
    return { succeeded: this.#succeeded, failed: this.#failed };
  }

  reload(): Promise<ReloadResult> {
    const next = this.#last.then(() => this.#reload());
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #reload(): Promise<ReloadResult> {
    const result = await this.#read();
    if (!result.ok) {
      this.#failed++;
      this.#errors = result.errors.length;
      for (const error of result.errors) this.#logger.error({ error }, "the configuration has an error");
      this.#logger.error({ errors: result.errors.length }, "the configuration was not reloaded: it has errors");
      return { reloaded: false, errors: result.errors };
    }
    this.#waiting = changedSections(this.#running(), result.config);
    this.#apply(result.config);
    this.#succeeded++;
    this.#errors = 0;
    this.#logger.info({ restart_required: this.#waiting }, "the configuration was reloaded");
    return { reloaded: true, restart_required: this.#waiting };
  }
}

/**
 * The configuration in force after a reload: the running one with the parts of the next that can change while running.
 */
export function inForce(running: Config, next: Config): Config {
  return { ...running, sampling: { ...running.sampling, rules: next.sampling.rules } };
}

/** Top-level sections that wait for a restart. */
function changedSections(running: Config, next: Config): string[] {
  const before = effectiveConfig(inForce(running, next));
  const after = effectiveConfig(next);
  return Object.keys(after).filter((section) => JSON.stringify(before[section]) !== JSON.stringify(after[section]));
}
