/**
 * OTLP over gRPC. Sockets are accepted by our own net or tls server, pass the preface gate, and are then handed to
 * grpc-js, which keeps the HTTP/2 sessions (age, idleness, keepalive, GOAWAY); calls are grpc-call.ts.
 * Bounded by maxConnections, maxConcurrentStreams, the preface deadline, and the admission of bytes in flight.
 */
import type { Server as NetServer, Socket } from "node:net";
import { createServer as createNetServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { ConnectionInjector } from "@grpc/grpc-js";
import { Server, ServerCredentials, ServerInterceptingCall } from "@grpc/grpc-js";
import type { Endpoint } from "../../config/endpoint.ts";
import type { ServerTlsOptions } from "../listen/listening-server.ts";
import { ListeningServer } from "../listen/listening-server.ts";
import { ExportCall } from "./grpc-call.ts";
import { GrpcCallContext } from "./grpc-context.ts";
import type { OtlpReceiverDeps } from "./intake.ts";
import { LogsIntake } from "./intake.ts";
import { EXPORT_LOGS_PATH, loadLogsService } from "./logs-service.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";
import { PrefaceGate } from "./preface-gate.ts";
import type { OtlpGrpcSettings } from "./settings.ts";
import { grpcStatusOf, rejected } from "./status.ts";

export class OtlpGrpcReceiver implements OtlpReceiver {
  readonly id = "receiver/otlp/grpc";
  readonly #settings: OtlpGrpcSettings;
  readonly #listening: ListeningServer;
  readonly #intake: LogsIntake;
  readonly #context: GrpcCallContext;
  readonly #gate: PrefaceGate;
  readonly #grpc: Server;
  readonly #injector: ConnectionInjector;
  #shutdown: Promise<void> | undefined;

  /** @throws Error when a secret is empty, or when the address is open to others without protection */
  constructor(settings: OtlpGrpcSettings, deps: OtlpReceiverDeps) {
    this.#settings = settings;
    this.#listening = new ListeningServer(settings, "grpc", deps);
    const { authenticator } = this.#listening;
    this.#intake = new LogsIntake("grpc", deps, (identity) => authenticator.peerKeyOf(identity, "grpc"));
    this.#context = new GrpcCallContext(settings, deps, this.#intake, authenticator);
    this.#gate = new PrefaceGate(settings.prefaceTimeoutMs, {
      onAdmitted: (socket) => this.#injector.injectConnection(socket),
      onTurnedAway: (reason) =>
        deps.telemetry.requestRejected("grpc", reason === "timeout" ? "timeout" : "unsupported_media_type"),
    });
    this.#grpc = this.#createGrpcServer();
    this.#injector = this.#grpc.createConnectionInjector(ServerCredentials.createInsecure());
  }

  async start(): Promise<void> {
    const service = await loadLogsService(this.#settings.protoDirectory);
    const implementation = Object.keys(service).map((name) => [name, unreachable] as const);
    this.#grpc.addService(service, Object.fromEntries(implementation));
    await this.#listening.open((tls) => this.#createListener(tls));
    this.#context.start();
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
   * New calls are refused, clients are told to go (GOAWAY), calls under way are answered; the signal cuts that short.
   */
  async #drain(signal: AbortSignal): Promise<void> {
    this.#context.draining = true;
    const closed = this.#listening.close(signal);
    this.#gate.close();
    await new Promise<void>((resolve) => this.#grpc.tryShutdown(() => resolve()));
    await closed;
    this.#context.stop();
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

  #createListener(tls: ServerTlsOptions | undefined): NetServer {
    const onConnection = (socket: Socket): void => this.#gate.receive(socket);
    if (tls === undefined) return createNetServer({ noDelay: true }, onConnection);
    const handshakeTimeout = this.#settings.prefaceTimeoutMs;
    return createTlsServer({ ...tls, ALPNProtocols: ["h2"], noDelay: true, handshakeTimeout }, onConnection);
  }
}

/** grpc-js wants a handler for every method, but the interceptor answers all calls. */
function unreachable(): never {
  throw new Error("the interceptor answers every call");
}
