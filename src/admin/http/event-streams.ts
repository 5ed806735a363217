/**
 * Server-sent events: the same numbers to everybody who listens, once an interval. One timer for all and none without
 * listeners; numbers are taken and written out once a tick. Bounded by `maxStreams`; a listener that does not read is
 * cut off instead of buffered for.
 */
import type { ServerResponse } from "node:http";
import type { AdminSettings } from "../settings.ts";
import { ApiError } from "./api-error.ts";

/** What a stalled listener may owe before it is cut off; a message is about 2 KiB. */
const MAX_UNREAD_BYTES = 256 * 1024;
/** Browsers try again after this long. */
const RETRY_MS = 3_000;

export class EventStreams {
  readonly #settings: Pick<AdminSettings, "maxStreams" | "streamIntervalMs">;
  readonly #read: () => unknown;
  readonly #listeners: Set<ServerResponse> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param read what is sent: JSON-ready, taken once a tick */
  constructor(settings: Pick<AdminSettings, "maxStreams" | "streamIntervalMs">, read: () => unknown) {
    this.#settings = settings;
    this.#read = read;
  }

  /** @throws ApiError when there is no room for one more */
  assertRoom(): void {
    if (this.#closed) throw new ApiError("stopping", "The process is stopping");
    if (this.#listeners.size >= this.#settings.maxStreams) {
      throw new ApiError("too_many_streams", `${this.#settings.maxStreams} streams are open; close one`);
    }
  }

  /**
   * Takes over the response: sends the head, the first event at once, and one each interval until the client leaves.
   */
  open(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    response.writeHead(200, { ...headers, "content-type": "text/event-stream", "x-accel-buffering": "no" });
    response.write(`retry: ${RETRY_MS}\n\n`);
    this.#listeners.add(response);
    response.on("close", () => this.#drop(response));
    // A reset connection: its close follows.
    response.on("error", () => undefined);
    this.#write(response, this.#event());
    this.#timer ??= setInterval(() => this.#tick(), this.#settings.streamIntervalMs).unref();
  }

  /** Ends every stream, and refuses new ones. */
  close(): void {
    this.#closed = true;
    for (const response of [...this.#listeners]) {
      this.#drop(response);
      response.end();
    }
  }

  #tick(): void {
    const event = this.#event();
    for (const response of [...this.#listeners]) this.#write(response, event);
  }

  #event(): string {
    return `event: stats\ndata: ${JSON.stringify(this.#read())}\n\n`;
  }

  #write(response: ServerResponse, event: string): void {
    response.write(event);
    if (response.writableLength <= MAX_UNREAD_BYTES) return;
    this.#drop(response);
    response.destroy();
  }

  #drop(response: ServerResponse): void {
    this.#listeners.delete(response);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
