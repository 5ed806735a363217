/**
 * The project API key, and the file it may come from: read again every minute, so that a rotated key is used without a
 * restart. A file that cannot be read, or that holds no usable key, changes nothing. The key is never printed.
 */
import { readFile } from "node:fs/promises";
import { checkPosthogToken } from "../../config/checks/posthog-token.ts";
import type { Logger } from "../../model/ports/logger.ts";
import type { Timers } from "../sending/timers.ts";

const REREAD_MS = 60_000;

export interface ProjectKeyDeps {
  readonly timers: Timers;
  readonly logger: Logger;
  /** Called after the key changed. */
  readonly onChange: () => void;
}

export class ProjectKey {
  readonly #file: string;
  readonly #deps: ProjectKeyDeps;
  #key: string;
  #warned = false;
  #stopped = false;
  #cancel: (() => void) | undefined;

  /** @param file path, or "" when the key came from elsewhere */
  constructor(key: string, file: string, deps: ProjectKeyDeps) {
    this.#key = key.trim();
    this.#file = file;
    this.#deps = deps;
  }

  get current(): string {
    return this.#key;
  }

  /** @throws Error that says what is wrong with the key, without the key */
  assertUsable(): void {
    const check = checkPosthogToken(this.#key);
    if (!check.ok) throw new Error(`the PostHog project API key ${check.message}`);
    if (check.warning !== undefined) this.#deps.logger.warn({}, `the PostHog project API key ${check.warning}`);
  }

  watch(): void {
    if (this.#file !== "") this.#scheduleReread();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #scheduleReread(): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.timers.schedule(REREAD_MS, () => {
      void this.#reread().then(() => this.#scheduleReread());
    });
  }

  async #reread(): Promise<void> {
    const problem = await this.#readOnce();
    if (problem !== "" && !this.#warned) this.#deps.logger.warn({}, problem);
    this.#warned = problem !== "";
  }

  /** @returns what is wrong with the file, or "" */
  async #readOnce(): Promise<string> {
    let key: string;
    try {
      key = (await readFile(this.#file, "utf8")).trim();
    } catch {
      return "the file of the PostHog project API key cannot be read: the last key stays in use";
    }
    const check = checkPosthogToken(key);
    if (!check.ok) return `the file's PostHog project API key ${check.message}: the last key stays in use`;
    if (key === this.#key || this.#stopped) return "";
    this.#key = key;
    this.#deps.logger.info({}, "the PostHog project API key changed");
    this.#deps.onChange();
    return "";
  }
}
