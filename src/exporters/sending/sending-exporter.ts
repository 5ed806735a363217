/** An Exporter made of a send loop and a destination: starts, drains and closes them, and reports health. */
import type { ComponentHealth } from "../../model/ports/component.ts";
import type { Exporter, ExporterState } from "../../model/ports/exporter.ts";
import type { Destination } from "./destination.ts";
import type { SendLoop } from "./send-loop.ts";

export interface SendingExporterParts {
  readonly id: string;
  readonly sendLoop: SendLoop;
  readonly destination: Destination;
  /** Checks what must hold before anything is sent; throws an Error with one sentence. */
  readonly beforeStart?: () => void;
  /** Ends what beforeStart began. */
  readonly afterStop?: () => void;
}

export class SendingExporter implements Exporter {
  readonly id: string;
  readonly #parts: SendingExporterParts;

  constructor(parts: SendingExporterParts) {
    this.id = parts.id;
    this.#parts = parts;
  }

  get state(): ExporterState {
    return this.#parts.sendLoop.state;
  }

  async start(): Promise<void> {
    this.#parts.beforeStart?.();
    await this.#parts.destination.open();
    this.#parts.sendLoop.start();
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    await this.#parts.sendLoop.drain(signal);
    this.#parts.afterStop?.();
    await this.#parts.destination.close();
  }

  health(): ComponentHealth {
    const { mode, message } = this.#parts.sendLoop.state;
    if (mode === "sending" || mode === "stopped") return { state: "ok" };
    return { state: this.#parts.sendLoop.refused ? "failing" : "degraded", message };
  }
}
