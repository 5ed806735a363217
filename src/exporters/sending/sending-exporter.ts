/** An Exporter made of a sender and a destination: starts, drains and closes them, and says how it is. */
import type { ComponentHealth } from "../../model/ports/component.ts";
import type { Exporter, ExporterState } from "../../model/ports/exporter.ts";
import type { Destination } from "./destination.ts";
import type { Sender } from "./sender.ts";

export interface SendingExporterParts {
  readonly id: string;
  readonly sender: Sender;
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
    return this.#parts.sender.state;
  }

  async start(): Promise<void> {
    this.#parts.beforeStart?.();
    await this.#parts.destination.open();
    this.#parts.sender.start();
  }

  async shutdown(signal: AbortSignal): Promise<void> {
    await this.#parts.sender.drain(signal);
    this.#parts.afterStop?.();
    await this.#parts.destination.close();
  }

  health(): ComponentHealth {
    const { mode, message } = this.#parts.sender.state;
    if (mode === "sending" || mode === "stopped") return { state: "ok" };
    return { state: this.#parts.sender.refused ? "failing" : "degraded", message };
  }
}
