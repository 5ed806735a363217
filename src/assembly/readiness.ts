/**
 * The answer of /readyz: ready while everything has started and nothing drains. The destination does not count, because
 * a restart would not repair it.
 */
import type { Readiness } from "../admin/shapes/health.ts";

export class ReadinessGate {
  #phase: "starting" | "ready" | "draining" = "starting";

  open(): void {
    if (this.#phase === "starting") this.#phase = "ready";
  }

  drain(): void {
    this.#phase = "draining";
  }

  readiness(): Readiness {
    if (this.#phase === "ready") return { ready: true, waiting_for: [] };
    const waiting = this.#phase === "starting" ? "startup to finish" : "nothing: the process is draining";
    return { ready: false, waiting_for: [waiting] };
  }
}
