/**
 * OTLP over HTTP/1.1 (or HTTPS) on node:http. The server's own limits keep slow and mute peers away; what it cannot parse
 * is answered here with a Status, like every other 4xx.
 * Bounded by maxConnections, maxHeaderBytes, the four timeouts of the settings, and the admission of bytes in flight.
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContextOptions } from "node:tls";
import { Server as TlsServer } from "node:tls";
import type { Endpoint } from "../../config/endpoint.ts";
import { Authenticator } from "../listen/authenticator.ts";
import { bind, requireProtection } from "../listen/bind.ts";
import { TlsFiles } from "../listen/tls-files.ts";
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

const SETTING = "receivers.otlp.protocols.http.endpoint";
/** A last answer that is not taken within this time is not waited for. */
const FAREWELL_MS = 1_000;

export class OtlpHttpReceiver implements OtlpReceiver {
  readonly id = "receiver/otlp/http";
  readonly #settings: OtlpHttpSettings;
  readonly #deps: OtlpReceiverDeps;
  readonly #intake: LogsIntake;
  readonly #context: HttpContext;
  readonly #tlsFiles: TlsFiles | undefined;
  readonly #sockets = new Set<Socket>();
  /** The latest request of a connection. */
  readonly #exchanges = new WeakMap<Duplex, HttpExchange>();
  #server: Server | undefined;
  #address: Endpoint | undefined;
  #shutdown: Promise<void> | undefined;

  /** @throws Error when a secret is empty, or when the address is open to others without protection */
  constructor(settings: OtlpHttpSettings, deps: OtlpReceiverDeps) {
    const authenticator = new Authenticator(settings.auth);
    const isProtected = authenticator.required || settings.tls?.clientCaFile !== undefined || settings.insecureListen;
    requireProtection(settings, isProtected, SETTING);
    this.#settings = settings;
    this.#deps = deps;
    this.#intake = new LogsIntake("http", deps, (identity) => authenticator.peerKeyOf(identity, "http"));
    const cors = settings.cors === undefined ? undefined : new CorsPolicy(settings.cors);
    this.#context = new HttpContext(settings, deps, { intake: this.#intake, authenticator, cors });
    this.#tlsFiles = settings.tls === undefined ? undefined : new TlsFiles(settings.tls, deps.logger);
  }

  async start(): Promise<void> {
    const tlsOptions = await this.#tlsFiles?.load();
    const server = this.#createServer(tlsOptions);
    this.#address = await bind(server, this.#settings, SETTING);
    this.#server = server;
    if (server instanceof TlsServer) this.#tlsFiles?.watch(server);
    this.#deps.logger.info({ port: this.#address.port, tls: tlsOptions !== undefined }, "OTLP/HTTP receiver listens");
  }

  address(): Endpoint | undefined {
    return this.#address;
  }

  async reloadTls(): Promise<void> {
    if (this.#server instanceof TlsServer) await this.#tlsFiles?.reload(this.#server);
  }

  shutdown(signal: AbortSignal): Promise<void> {
    this.#shutdown ??= this.#drain(signal);
    return this.#shutdown;
  }

  /** No new connections; requests under way are answered, new ones on open connections refused; the signal cuts that short. */
  async #drain(signal: AbortSignal): Promise<void> {
    this.#context.draining = true;
    this.#tlsFiles?.stop();
    const server = this.#server;
    if (server === undefined) return;
    const cut = (): void => {
      for (const socket of this.#sockets) socket.destroy();
    };
    signal.addEventListener("abort", cut, { once: true });
    if (signal.aborted) cut();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // Once closed, Node looks at its timeouts no more: who has sent nothing goes now, who is half-way in time.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    const overdue = setTimeout(() => this.#dropUnfinished(), this.#settings.requestTimeoutMs);
    await closed;
    clearTimeout(overdue);
    signal.removeEventListener("abort", cut);
    this.#address = undefined;
  }

  #dropUnfinished(): void {
    for (const socket of this.#sockets) {
      if (this.#exchanges.get(socket)?.isWorking !== true) socket.destroy();
    }
  }

  #createServer(tlsOptions: SecureContextOptions | undefined): Server {
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
    const server = tlsOptions === undefined ? createServer(options) : this.#createTlsServer(options, tlsOptions);
    server.maxConnections = settings.maxConnections;
    server.on("request", (request, response) => this.#begin(request, response, false));
    server.on("checkContinue", (request, response) => this.#begin(request, response, true));
    server.on("checkExpectation", (request, response) => this.#begin(request, response, false));
    server.on("clientError", (error, socket) => this.#onClientError(error, socket));
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("drop", () => this.#deps.telemetry.requestRefused("http", "concurrency"));
    return server;
  }

  #createTlsServer(options: ServerOptions, tlsOptions: SecureContextOptions): Server {
    const wantsClientCertificate = this.#settings.tls?.clientCaFile !== undefined;
    const server = createHttpsServer({
      ...options,
      ...tlsOptions,
      handshakeTimeout: this.#settings.headersTimeoutMs,
      requestCert: wantsClientCertificate,
      rejectUnauthorized: wantsClientCertificate,
    });
    server.on("tlsClientError", () => {
      if (wantsClientCertificate) this.#deps.telemetry.requestRejected("http", "unauthenticated");
    });
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
