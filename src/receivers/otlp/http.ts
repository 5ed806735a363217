/**
 * OTLP over HTTP/1.1 (or HTTPS) on node:http. The server's own limits keep slow and mute peers away; what it cannot
 * parse is answered here with a Status, like every other 4xx. Bounded by maxConnections, maxHeaderBytes, the four
 * timeouts of the settings, and the admission of bytes in flight.
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Endpoint } from "../../config/endpoint.ts";
import type { ServerTlsOptions } from "../listen/listening-server.ts";
import { ListeningServer } from "../listen/listening-server.ts";
import { CorsPolicy } from "./cors.ts";
import { rawAnswer } from "./http-answers.ts";
import { HttpContext } from "./http-context.ts";
import { HttpExchange } from "./http-exchange.ts";
import type { OtlpReceiverDeps } from "./intake.ts";
import { LogsIntake } from "./intake.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";
import type { OtlpHttpSettings } from "./settings.ts";
import type { Rejected } from "./status.ts";
import { rejected } from "./status.ts";

/** A last answer that is not taken within this time is not waited for. */
const FAREWELL_MS = 1_000;

export class OtlpHttpReceiver implements OtlpReceiver {
  readonly id = "receiver/otlp/http";
  readonly #settings: OtlpHttpSettings;
  readonly #listening: ListeningServer;
  readonly #intake: LogsIntake;
  readonly #context: HttpContext;
  /** The latest request of a connection. */
  readonly #exchanges = new WeakMap<Duplex, HttpExchange>();
  #shutdown: Promise<void> | undefined;

  /** @throws Error when a secret is empty, or when the address is open to others without protection */
  constructor(settings: OtlpHttpSettings, deps: OtlpReceiverDeps) {
    this.#settings = settings;
    this.#listening = new ListeningServer(settings, "http", deps);
    const { authenticator } = this.#listening;
    this.#intake = new LogsIntake("http", deps, (identity) => authenticator.peerKeyOf(identity, "http"));
    const cors = settings.cors === undefined ? undefined : new CorsPolicy(settings.cors);
    this.#context = new HttpContext(settings, deps, { intake: this.#intake, authenticator, cors });
  }

  start(): Promise<void> {
    return this.#listening.open((tls) => this.#createServer(tls));
  }

  address(): Endpoint | undefined {
    return this.#listening.address;
  }

  reloadTls(): Promise<void> {
    return this.#listening.reloadTls();
  }

  shutdown(signal: AbortSignal): Promise<void> {
    this.#shutdown ??= this.#drain(signal);
    return this.#shutdown;
  }

  /**
   * No new connections; requests under way are answered, new ones on open connections refused; the signal cuts that
   * short.
   */
  async #drain(signal: AbortSignal): Promise<void> {
    this.#context.draining = true;
    const closed = this.#listening.close(signal);
    // A closed server ignores its timeouts: silent connections end now, those in the middle of a request in time.
    for (const socket of this.#listening.sockets) if (socket.bytesRead === 0) socket.destroy();
    const overdue = setTimeout(() => this.#dropUnfinished(), this.#settings.requestTimeoutMs);
    await closed;
    clearTimeout(overdue);
  }

  #dropUnfinished(): void {
    for (const socket of this.#listening.sockets) {
      if (this.#exchanges.get(socket)?.isWorking !== true) socket.destroy();
    }
  }

  #createServer(tls: ServerTlsOptions | undefined): Server {
    const settings = this.#settings;
    const options: ServerOptions = {
      maxHeaderSize: settings.maxHeaderBytes,
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      connectionsCheckingInterval: settings.timeoutCheckIntervalMs,
      // Node would answer 400 with an empty body; the host does not matter to us.
      requireHostHeader: false,
    };
    const server =
      tls === undefined
        ? createServer(options)
        : createHttpsServer({ ...options, ...tls, handshakeTimeout: settings.headersTimeoutMs });
    server.on("request", (request, response) => this.#begin(request, response, false));
    server.on("checkContinue", (request, response) => this.#begin(request, response, true));
    server.on("checkExpectation", (request, response) => this.#begin(request, response, false));
    server.on("clientError", (error, socket) => this.#onClientError(error, socket));
    return server;
  }

  #begin(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const ordinal = (this.#exchanges.get(request.socket)?.ordinal ?? 0) + 1;
    const exchange = new HttpExchange(this.#context, request, response, ordinal);
    this.#exchanges.set(request.socket, exchange);
    exchange.begin(awaitsContinue);
  }

  /** What Node's parser and timers report: the connection cannot go on. */
  #onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    const explained = explain(error.code);
    if (explained === undefined || !socket.writable) {
      socket.destroy(error);
      return;
    }
    const { statusLine, problem } = explained;
    const exchange = this.#exchanges.get(socket);
    const farewell = setTimeout(() => socket.destroy(), FAREWELL_MS);
    socket.once("close", () => clearTimeout(farewell));
    if (exchange?.abandon(problem)) return;
    if (exchange !== undefined && !exchange.isSettled) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(statusLine, this.#intake.reject(problem)));
  }
}

/** @returns undefined when there is nobody left to answer */
function explain(code: string | undefined): { readonly statusLine: string; readonly problem: Rejected } | undefined {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        statusLine: "408 Request Timeout",
        problem: rejected("timeout", "The request did not arrive in time"),
      };
    case "HPE_HEADER_OVERFLOW":
      return {
        statusLine: "431 Request Header Fields Too Large",
        problem: rejected("too_large", "The request's headers are too large"),
      };
    case "ECONNRESET":
    case "EPIPE":
    case undefined:
      return undefined;
    default:
      return { statusLine: "400 Bad Request", problem: rejected("malformed", "The request is not valid HTTP/1.1") };
  }
}
