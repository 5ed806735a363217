/**
 * The listening socket of a receiver: an address that is never open to others unprotected, TLS with rotation and
 * client certificates, the set of open sockets, and a close that an abort signal cuts short.
 * Bounded by maxConnections: further sockets are closed at accept and counted.
 */
import type { Server as NetServer, Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { Server as TlsServer } from "node:tls";
import type { Endpoint } from "../../config/endpoint.ts";
import { formatEndpoint, isLoopback } from "../../config/endpoint.ts";
import type { Logger } from "../../model/ports/logger.ts";
import type { Telemetry, Transport } from "../../model/telemetry.ts";
import type { AuthSettings } from "./authenticator.ts";
import { Authenticator } from "./authenticator.ts";
import type { TlsSettings } from "./tls-files.ts";
import { TlsFiles } from "./tls-files.ts";

/** `host`: IP address or name to bind; 0.0.0.0 or :: for every interface. `port` 0: `address()` has the real one. */
export interface ListenSettings extends Endpoint {
  /** Allows an address that is not loopback without authentication. */
  readonly insecureListen: boolean;
  /** Absent: plain text. */
  readonly tls?: TlsSettings;
  readonly auth: AuthSettings;
  /** Open sockets; more are closed at accept and counted. */
  readonly maxConnections: number;
}

/** What a TLS server is created with beside its own options. */
export interface ServerTlsOptions extends SecureContextOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

export interface ListeningServerDeps {
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

export class ListeningServer {
  readonly authenticator: Authenticator;
  readonly #settings: ListenSettings;
  readonly #transport: Transport;
  readonly #deps: ListeningServerDeps;
  readonly #tlsFiles: TlsFiles | undefined;
  readonly #sockets = new Set<Socket>();
  #server: NetServer | undefined;
  #address: Endpoint | undefined;

  /** @throws Error when a secret is empty, or when the address is open to others without protection */
  constructor(settings: ListenSettings, transport: Transport, deps: ListeningServerDeps) {
    this.authenticator = new Authenticator(settings.auth);
    this.#settings = settings;
    this.#transport = transport;
    this.#deps = deps;
    this.#tlsFiles = settings.tls === undefined ? undefined : new TlsFiles(settings.tls, deps.logger);
    const isProtected = this.authenticator.required || this.#asksForCertificate || settings.insecureListen;
    if (!isProtected && !isLoopback(settings)) {
      throw new Error(
        `${this.#setting}: ${settings.host} is reachable from other machines and no authentication is set: ` +
          "configure auth or a client CA, listen on 127.0.0.1, or set insecure_listen: true",
      );
    }
  }

  /** Open connections; with TLS the raw sockets below, which exist before the handshake is done. */
  get sockets(): ReadonlySet<Socket> {
    return this.#sockets;
  }

  /** With the real port; undefined before `open` and after `close`. */
  get address(): Endpoint | undefined {
    return this.#address;
  }

  /**
   * Resolves when the server listens.
   * @param createServer makes the server of the protocol; without TLS options, one for plain text
   * @throws Error with one sentence when the TLS files are unusable or the address cannot be bound
   */
  async open(createServer: (tls: ServerTlsOptions | undefined) => NetServer): Promise<void> {
    const { telemetry, logger } = this.#deps;
    const files = await this.#tlsFiles?.load();
    const asks = this.#asksForCertificate;
    const server = createServer(files && { ...files, requestCert: asks, rejectUnauthorized: asks });
    server.maxConnections = this.#settings.maxConnections;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("drop", () => telemetry.requestRefused(this.#transport, "concurrency"));
    server.on("tlsClientError", () => {
      if (asks) telemetry.requestRejected(this.#transport, "unauthenticated");
    });
    this.#address = await bind(server, this.#settings, this.#setting);
    this.#server = server;
    if (server instanceof TlsServer) this.#tlsFiles?.watch(server);
    const name = this.#transport === "grpc" ? "OTLP/gRPC" : "OTLP/HTTP";
    logger.info({ port: this.#address.port, tls: files !== undefined }, `${name} receiver listens`);
  }

  /** Looks at the certificate files now instead of at the next interval; nothing without TLS. */
  async reloadTls(): Promise<void> {
    if (this.#server instanceof TlsServer) await this.#tlsFiles?.reload(this.#server);
  }

  /** No new connections from this call on; resolves when the open ones have ended, which the signal forces. */
  async close(signal: AbortSignal): Promise<void> {
    this.#tlsFiles?.stop();
    const cut = (): void => {
      for (const socket of this.#sockets) socket.destroy();
    };
    signal.addEventListener("abort", cut, { once: true });
    if (signal.aborted) cut();
    await new Promise<void>((resolve) => {
      if (this.#server === undefined) resolve();
      else this.#server.close(() => resolve());
    });
    signal.removeEventListener("abort", cut);
    this.#address = undefined;
  }

  get #asksForCertificate(): boolean {
    return this.#settings.tls?.clientCaFile !== undefined;
  }

  /** The configuration key of the address, for sentences. */
  get #setting(): string {
    return `receivers.otlp.protocols.${this.#transport}.endpoint`;
  }
}

/** @returns the address with the real port when 0 was asked for */
async function bind(server: NetServer, address: Endpoint, setting: string): Promise<Endpoint> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(new Error(`cannot listen on ${formatEndpoint(address)}: ${explain(error)} (${setting})`));
    };
    server.once("error", onError);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off("error", onError);
      resolve();
    });
  });
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? { host: bound.address, port: bound.port } : address;
}

function explain(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "EADDRINUSE":
      return "the port is in use; stop the other process or choose another port";
    case "EACCES":
      return "the port needs privileges; choose one above 1023";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address; use 127.0.0.1 or 0.0.0.0";
    default:
      return error.code ?? "the system refused";
  }
}
