/** The answer of /readyz. */
import type { Readiness } from "../admin/shapes/health.ts";

/** Ready means: everything started and nothing drains. Never the state of a destination: restarting us would not mend it. */
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
    const waiting = this.#phase === "starting" ? "the start to finish" : "nothing any more: the process is draining";
    return { ready: false, waiting_for: [waiting] };
  }
}
