/**
 * Starts components in order and shuts them down backwards, each after the one that feeds it has drained.
 * Promises that nothing thrown by a component gets past, that every component is asked to shut down whatever the others
 * did, and that the whole takes at most the deadline and a grace period.
 */
import { setMaxListeners } from "node:events";
import type { Component } from "../model/ports/component.ts";
import type { Logger } from "../model/ports/logger.ts";

export type StartOutcome =
  | { readonly started: true }
  /** `component` could not start, for the reason in `message`; those started before it were shut down again. */
  | { readonly started: false; readonly component: string; readonly message: string };

export interface ShutdownOutcome {
  /** Ids of components that failed, or had not finished when the grace period ended. */
  readonly unfinished: readonly string[];
  /** The deadline passed before everything was drained. */
  readonly deadlinePassed: boolean;
}

export interface ShutdownLimits {
  /** From the call until `signal` aborts, for all components together. */
  readonly deadlineMs: number;
  /** What components have after that to count what they abandon. Default 1,000. */
  readonly graceMs?: number;
  /** Brings the deadline forward to the moment it aborts. */
  readonly hurry?: AbortSignal;
}

/** A failed start undoes what was started; there is nothing to drain yet that could take long. */
const UNDO_LIMITS: ShutdownLimits = { deadlineMs: 5_000 };
const DEFAULT_GRACE_MS = 1_000;

/** @param components in start order: downstream first */
export async function startAll(components: readonly Component[], logger: Logger): Promise<StartOutcome> {
  for (const [index, component] of components.entries()) {
    try {
      await component.start();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      logger.error({ component: component.id, error }, "a component could not start");
      // The failed one too: it may hold half of what it needs, and shutdown is safe before start.
      await shutdownAll(components.slice(0, index + 1), UNDO_LIMITS, logger);
      return { started: false, component: component.id, message };
    }
    logger.debug({ component: component.id }, "component started");
  }
  return { started: true };
}

/** @param components in start order; walked backwards */
export async function shutdownAll(
  components: readonly Component[],
  limits: ShutdownLimits,
  logger: Logger,
): Promise<ShutdownOutcome> {
  const deadline = new ShutdownDeadline(limits.deadlineMs, limits.graceMs ?? DEFAULT_GRACE_MS);
  const hurry = (): void => deadline.expire();
  limits.hurry?.addEventListener("abort", hurry, { once: true });
  if (limits.hurry?.aborted) hurry();
  const unfinished: string[] = [];
  for (let remaining = components.length; remaining > 0; remaining--) {
    const component = components[remaining - 1];
    if (component === undefined) continue;
    const outcome = await deadline.run(remaining, () => component.shutdown(deadline.signal));
    if (outcome === "done") continue;
    unfinished.push(component.id);
    if (outcome === "late") logger.error({ component: component.id }, "a component did not shut down in time");
    else logger.error({ component: component.id, error: outcome.error }, "a component failed during shutdown");
  }
  const deadlinePassed = deadline.signal.aborted;
  limits.hurry?.removeEventListener("abort", hurry);
  deadline.end();
  return { unfinished, deadlinePassed };
}

/**
 * One deadline and one grace period for all components. A component that hangs beyond the deadline uses up only its
 * share of the grace period, so that the components after it still close their files.
 */
class ShutdownDeadline {
  readonly #controller: AbortController = new AbortController();
  readonly #graceMs: number;
  readonly #deadlineTimer: NodeJS.Timeout;
  #deadlineAtMs: number;

  constructor(deadlineMs: number, graceMs: number) {
    this.#deadlineAtMs = performance.now() + deadlineMs;
    this.#graceMs = graceMs;
    // Every component may listen; Node would warn of a leak at the eleventh.
    setMaxListeners(0, this.#controller.signal);
    this.#deadlineTimer = setTimeout(() => this.#controller.abort(), deadlineMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Runs `work`; its failure is an outcome. Work that never ends is left behind.
   * @param sharers how many, this one included, the rest of the grace period is for
   */
  async run(sharers: number, work: () => Promise<void>): Promise<"done" | "late" | { readonly error: unknown }> {
    const nowMs = performance.now();
    const graceMs = Math.max(0, this.#deadlineAtMs + this.#graceMs - Math.max(nowMs, this.#deadlineAtMs)) / sharers;
    return await new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const onDeadline = (): void => {
        timer = setTimeout(() => resolve("late"), graceMs);
      };
      if (this.signal.aborted) onDeadline();
      else this.signal.addEventListener("abort", onDeadline, { once: true });
      void runCatching(work).then((outcome) => {
        this.signal.removeEventListener("abort", onDeadline);
        clearTimeout(timer);
        resolve(outcome);
      });
    });
  }

  /** The deadline is now. */
  expire(): void {
    this.#deadlineAtMs = Math.min(this.#deadlineAtMs, performance.now());
    this.#controller.abort();
  }

  end(): void {
    clearTimeout(this.#deadlineTimer);
  }
}

async function runCatching(work: () => Promise<void>): Promise<"done" | { readonly error: unknown }> {
  try {
    await work();
    return "done";
  } catch (error) {
    return { error };
  }
}
