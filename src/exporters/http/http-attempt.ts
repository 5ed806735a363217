/**
 * One attempt as undici tells it, turned into one answer. The status line is the commit point: from then on nothing can
 * make a failure of it; what is missing of the body is just missing. Ends by itself: at the timeout before the status
 * line, MAX_BODY_MS after it, and when the signal aborts. Says its answer exactly once.
 */
import type { Dispatcher } from "undici";
import type { Timers } from "../sending/timers.ts";
import { classifyFailure } from "./http-failure.ts";
import type { HttpAnswer } from "./http-transport.ts";
import { MAX_BODY_BYTES, MAX_BODY_MS } from "./http-transport.ts";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export class HttpAttempt implements Dispatcher.DispatchHandler {
  readonly #timers: Timers;
  readonly #signal: AbortSignal;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #onAbort: () => void;
  readonly #chunks: Uint8Array[] = [];
  #bodyBytes = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #status: { readonly status: number; readonly headers: Headers } | undefined;
  #cancelTimer: () => void;
  #settled = false;

  /** @param timeoutMs from now to the status line */
  constructor(timeoutMs: number, timers: Timers, signal: AbortSignal, resolve: (answer: HttpAnswer) => void) {
    this.#timers = timers;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#onAbort = () => this.#end({ kind: "failure", code: "abort", detail: "" });
    this.#cancelTimer = timers.schedule(timeoutMs, () => this.#end({ kind: "failure", code: "timeout", detail: "" }));
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Over before a connection was there: nothing is to be written to it any more.
    if (this.#settled) controller.abort(new Error("the attempt is over"));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // 1xx announces a status line that is still to come.
    if (status < 200 || this.#settled) return;
    this.#status = { status, headers };
    this.#cancelTimer();
    this.#cancelTimer = this.#timers.schedule(MAX_BODY_MS, () => this.#end(this.#answer()));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#settled) return;
    this.#chunks.push(chunk);
    this.#bodyBytes += chunk.byteLength;
    if (this.#bodyBytes > MAX_BODY_BYTES) this.#end(this.#answer());
  }

  onResponseEnd(): void {
    this.#settle(this.#answer());
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.#settle(this.#status === undefined ? { kind: "failure", ...classifyFailure(error) } : this.#answer());
  }

  #answer(): HttpAnswer {
    if (this.#status === undefined) return { kind: "failure", code: "reset", detail: "" };
    const { status, headers } = this.#status;
    const body = Buffer.concat(this.#chunks, Math.min(this.#bodyBytes, MAX_BODY_BYTES));
    const [retryAfter, contentType] = [firstOf(headers["retry-after"]), firstOf(headers["content-type"])];
    return { kind: "answer", status, retryAfter, contentType, body };
  }

  /** Settles, and closes the connection that was still busy with it. */
  #end(answer: HttpAnswer): void {
    this.#settle(this.#status === undefined ? answer : this.#answer());
    this.#controller?.abort(new Error("the attempt is over"));
  }

  #settle(answer: HttpAnswer): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelTimer();
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#resolve(answer);
  }
}

function firstOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
