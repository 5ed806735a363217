/**
 * What all calls of the gRPC server share: who may call, what is being read and since when, and the flow-control
 * windows of their connections. Time is counted in ticks of one second, so that a call costs no clock reading and no
 * timer.
 */
import type { ServerHttp2Session } from "node:http2";
import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import type { Authenticator } from "../listen/authenticator.ts";
import { commonNameOf } from "../listen/authenticator.ts";
import type { LogsIntake, OtlpReceiverDeps } from "./intake.ts";
import { ReadingCalls } from "./reading-calls.ts";
import type { OtlpGrpcSettings } from "./settings.ts";

const TICK_MS = 1_000;

export class GrpcCallContext {
  readonly deps: OtlpReceiverDeps;
  readonly intake: LogsIntake;
  readonly maxRequestBytes: number;
  draining = false;
  readonly #settings: OtlpGrpcSettings;
  readonly #authenticator: Authenticator;
  readonly reading: ReadingCalls = new ReadingCalls();
  readonly #tuned = new WeakSet<ServerHttp2Session>();
  readonly #certificateNames = new WeakMap<ServerHttp2Session, string>();
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: OtlpGrpcSettings, deps: OtlpReceiverDeps, intake: LogsIntake, authenticator: Authenticator) {
    this.deps = deps;
    this.intake = intake;
    this.maxRequestBytes = Math.min(settings.maxRequestBytes, deps.admission.maxRequestBytes);
    this.#settings = settings;
    this.#authenticator = authenticator;
  }

  get tick(): number {
    return this.#tick;
  }

  start(): void {
    this.#timer = setInterval(() => this.#expireOverdue(), TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Widens the windows of a connection when its first call arrives. */
  tune(session: ServerHttp2Session | undefined): void {
    if (session === undefined || session.destroyed || this.#tuned.has(session)) return;
    this.#tuned.add(session);
    session.setLocalWindowSize(this.#settings.connectionWindowBytes);
    session.settings({ initialWindowSize: this.#settings.streamWindowBytes });
  }

  /** @returns who is calling; undefined: UNAUTHENTICATED */
  identify(
    metadata: Metadata,
    call: ServerInterceptingCallInterface,
    session: ServerHttp2Session | undefined,
  ): string | undefined {
    if (this.#authenticator.required) {
      const header = metadata.get("authorization")[0];
      return this.#authenticator.identify(typeof header === "string" ? header : undefined);
    }
    if (this.#settings.tls?.clientCaFile === undefined || session === undefined) return "";
    let name = this.#certificateNames.get(session);
    if (name === undefined) {
      // Reading a certificate costs more than a small request, so once a connection.
      name = commonNameOf(call.getAuthContext().sslPeerCertificate);
      this.#certificateNames.set(session, name);
    }
    return name;
  }

  #expireOverdue(): void {
    this.#tick++;
    this.reading.expireBefore(this.#tick - Math.ceil(this.#settings.requestTimeoutMs / TICK_MS));
  }
}
