/**
 * OTLP over gRPC. Sockets are accepted by our own net or tls server, pass the preface gate, and are then handed to
 * grpc-js, which keeps the HTTP/2 sessions (age, idleness, keepalive, GOAWAY); calls are grpc-call.ts.
 * Bounded by maxConnections, maxConcurrentStreams, the preface deadline, and the admission of bytes in flight.
 */
import type { Server as NetServer, Socket } from "node:net";
import { createServer as createNetServer } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { createServer as createTlsServer, Server as TlsServer } from "node:tls";
import type { ConnectionInjector } from "@grpc/grpc-js";
import { Server, ServerCredentials, ServerInterceptingCall } from "@grpc/grpc-js";
import type { Endpoint } from "../../config/endpoint.ts";
import { Authenticator } from "../listen/authenticator.ts";
import { bind, requireProtection } from "../listen/bind.ts";
import { TlsFiles } from "../listen/tls-files.ts";
import { ExportCall } from "./grpc-call.ts";
import { GrpcCallContext } from "./grpc-context.ts";
import type { OtlpReceiverDeps } from "./intake.ts";
import { LogsIntake } from "./intake.ts";
import { EXPORT_LOGS_PATH, loadLogsService } from "./logs-service.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";
import { PrefaceGate } from "./preface-gate.ts";
import type { OtlpGrpcSettings } from "./settings.ts";
import { grpcStatusOf, rejected } from "./status.ts";

const SETTING = "receivers.otlp.protocols.grpc.endpoint";

export class OtlpGrpcReceiver implements OtlpReceiver {
  readonly id = "receiver/otlp/grpc";
  readonly #settings: OtlpGrpcSettings;
  readonly #deps: OtlpReceiverDeps;
  readonly #intake: LogsIntake;
  readonly #context: GrpcCallContext;
  readonly #gate: PrefaceGate;
  readonly #grpc: Server;
  readonly #injector: ConnectionInjector;
  readonly #sockets = new Set<Socket>();
  readonly #tlsFiles: TlsFiles | undefined;
  #listener: NetServer | undefined;
  #address: Endpoint | undefined;
  #shutdown: Promise<void> | undefined;

  /** @throws Error when a secret is empty, or when the address is open to others without protection */
  constructor(settings: OtlpGrpcSettings, deps: OtlpReceiverDeps) {
    const authenticator = new Authenticator(settings.auth);
    const isProtected = authenticator.required || settings.tls?.clientCaFile !== undefined || settings.insecureListen;
    requireProtection(settings, isProtected, SETTING);
    this.#settings = settings;
    this.#deps = deps;
    this.#intake = new LogsIntake("grpc", deps, (identity) => authenticator.peerKeyOf(identity, "grpc"));
    this.#context = new GrpcCallContext(settings, deps, this.#intake, authenticator);
    this.#gate = new PrefaceGate(settings.prefaceTimeoutMs, {
      onAdmitted: (socket) => this.#injector.injectConnection(socket),
      onTurnedAway: (reason) =>
        deps.telemetry.requestRejected("grpc", reason === "timeout" ? "timeout" : "unsupported_media_type"),
    });
    this.#grpc = this.#createGrpcServer();
    this.#injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
    this.#tlsFiles = settings.tls === undefined ? undefined : new TlsFiles(settings.tls, deps.logger);
  }

  async start(): Promise<void> {
    const service = await loadLogsService(this.#settings.protoDirectory);
    const implementation = Object.keys(service).map((name) => [name, unreachable] as const);
    this.#grpc.addService(service, Object.fromEntries(implementation));
    const tlsOptions = await this.#tlsFiles?.load();
    const listener = this.#createListener(tlsOptions);
    this.#address = await bind(listener, this.#settings, SETTING);
    this.#listener = listener;
    this.#context.start();
    if (listener instanceof TlsServer) this.#tlsFiles?.watch(listener);
    this.#deps.logger.info({ port: this.#address.port, tls: tlsOptions !== undefined }, "OTLP/gRPC receiver listens");
  }

  address(): Endpoint | undefined {
    return this.#address;
  }

  async reloadTls(): Promise<void> {
    if (this.#listener instanceof TlsServer) await this.#tlsFiles?.reload(this.#listener);
  }

  shutdown(signal: AbortSignal): Promise<void> {
    this.#shutdown ??= this.#drain(signal);
    return this.#shutdown;
  }

  /** New calls are refused, clients are told to go (GOAWAY), calls under way are answered; the signal cuts that short. */
  async #drain(signal: AbortSignal): Promise<void> {
    this.#context.draining = true;
    this.#tlsFiles?.stop();
    const cut = (): void => {
      for (const socket of this.#sockets) socket.destroy();
    };
    signal.addEventListener("abort", cut, { once: true });
    if (signal.aborted) cut();
    this.#gate.close();
    const closed = new Promise<void>((resolve) => {
      if (this.#listener === undefined) resolve();
      else this.#listener.close(() => resolve());
    });
    await new Promise<void>((resolve) => this.#grpc.tryShutdown(() => resolve()));
    await closed;
    signal.removeEventListener("abort", cut);
    this.#context.stop();
    this.#address = undefined;
  }

  #createGrpcServer(): Server {
    const settings = this.#settings;
    const otherSignal = rejected("unimplemented", "LipService takes OTLP logs only; send other signals elsewhere");
    return new Server({
      "grpc.max_receive_message_length": this.#context.maxRequestBytes,
      "grpc.max_concurrent_streams": settings.maxConcurrentStreams,
      "grpc.max_connection_age_ms": settings.maxConnectionAgeMs,
      "grpc.max_connection_age_grace_ms": settings.maxConnectionAgeGraceMs,
      "grpc.max_connection_idle_ms": settings.maxConnectionIdleMs,
      "grpc.keepalive_time_ms": settings.keepaliveTimeMs,
      "grpc.keepalive_timeout_ms": settings.keepaliveTimeoutMs,
      // It keeps a history of every connection in memory.
      "grpc.enable_channelz": 0,
      interceptors: [
        (method, call) => {
          if (method.path === EXPORT_LOGS_PATH) return new ExportCall(call, this.#context);
          call.sendStatus(grpcStatusOf(this.#intake.reject(otherSignal)));
          return new ServerInterceptingCall(call);
        },
      ],
    });
  }

  #createListener(tlsOptions: SecureContextOptions | undefined): NetServer {
    const onConnection = (socket: Socket): void => this.#gate.receive(socket);
    const listener =
      tlsOptions === undefined
        ? createNetServer({ noDelay: true }, onConnection)
        : this.#createTlsListener(tlsOptions, onConnection);
    listener.maxConnections = this.#settings.maxConnections;
    // With TLS these are the raw sockets below, which exist before the handshake is done.
    listener.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    listener.on("drop", () => this.#deps.telemetry.requestRefused("grpc", "concurrency"));
    return listener;
  }

  #createTlsListener(tlsOptions: SecureContextOptions, onConnection: (socket: Socket) => void): TlsServer {
    const wantsClientCertificate = this.#settings.tls?.clientCaFile !== undefined;
    const listener = createTlsServer(
      {
        ...tlsOptions,
        ALPNProtocols: ["h2"],
        noDelay: true,
        handshakeTimeout: this.#settings.prefaceTimeoutMs,
        requestCert: wantsClientCertificate,
        rejectUnauthorized: wantsClientCertificate,
      },
      onConnection,
    );
    listener.on("tlsClientError", () => {
      if (wantsClientCertificate) this.#deps.telemetry.requestRejected("grpc", "unauthenticated");
    });
    return listener;
  }
}

/** grpc-js wants a handler for every method, but the interceptor answers all calls. */
function unreachable(): never {
  throw new Error("the interceptor answers every call");
}
