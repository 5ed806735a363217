/** Writes JSON lines into a file with back-pressure: one listener for each event, for the life of the stream. */
import type { WriteStream } from "node:fs";
import { createWriteStream } from "node:fs";

export class JsonLinesFile {
  readonly #stream: WriteStream;
  #failure: Error | undefined;
  #full = false;
  #goOn: (() => void) | undefined;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#stream.on("error", (error) => {
      this.#failure = error;
      this.#goOn?.();
    });
    this.#stream.on("drain", () => {
      this.#full = false;
      this.#goOn?.();
    });
    this.#stream.on("close", () => this.#goOn?.());
  }

  append(values: readonly unknown[]): void {
    let text = "";
    for (const value of values) text += `${JSON.stringify(value)}\n`;
    if (text !== "" && !this.#stream.write(text)) this.#full = true;
  }

  /** Resolves when the file accepts more. @throws the error of a failed write */
  async drained(): Promise<void> {
    if (this.#full && this.#failure === undefined) await this.#nextEvent();
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) {
      this.#stream.end();
      while (!this.#stream.closed && this.#failure === undefined) await this.#nextEvent();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #nextEvent(): Promise<void> {
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }
}
