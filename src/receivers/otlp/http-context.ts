/** What all requests of the HTTP server share: its rules, and who is at the other end of a connection. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Authenticator } from "../listen/authenticator.ts";
import { commonNameOf } from "../listen/authenticator.ts";
import type { CorsPolicy } from "./cors.ts";
import type { LogsIntake, OtlpReceiverDeps } from "./intake.ts";
import type { OtlpHttpSettings } from "./settings.ts";

export class HttpContext {
  readonly settings: OtlpHttpSettings;
  readonly deps: OtlpReceiverDeps;
  readonly intake: LogsIntake;
  readonly authenticator: Authenticator;
  readonly cors: CorsPolicy | undefined;
  readonly maxRequestBytes: number;
  draining = false;
  readonly #certificateNames = new WeakMap<Socket, string>();

  constructor(
    settings: OtlpHttpSettings,
    deps: OtlpReceiverDeps,
    parts: {
      readonly intake: LogsIntake;
      readonly authenticator: Authenticator;
      readonly cors: CorsPolicy | undefined;
    },
  ) {
    this.settings = settings;
    this.deps = deps;
    this.intake = parts.intake;
    this.authenticator = parts.authenticator;
    this.cors = parts.cors;
    this.maxRequestBytes = Math.min(settings.maxRequestBytes, deps.admission.maxRequestBytes);
  }

  /** @returns who is asking; undefined: 401 */
  identify(authorization: string | undefined, socket: Socket): string | undefined {
    if (this.authenticator.required) return this.authenticator.identify(authorization);
    if (this.settings.tls?.clientCaFile === undefined || !(socket instanceof TLSSocket)) return "";
    let name = this.#certificateNames.get(socket);
    if (name === undefined) {
      // Reading a certificate costs more than a small request, so once a connection.
      name = commonNameOf(socket.getPeerCertificate());
      this.#certificateNames.set(socket, name);
    }
    return name;
  }
}
