/**
 * Stands before the gRPC server: a connection gets in when its first 24 bytes are HTTP/2's preface and came in time.
 * grpc-js by itself keeps a peer that says nothing for ever. A peer that speaks HTTP/1 is told which port it meant.
 * Bounded by the server's maxConnections and by prefaceTimeoutMs.
 */
import type { Socket } from "node:net";
import { statusToJson } from "./google-rpc.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
/** INVALID_ARGUMENT. */
const WRONG_PROTOCOL = statusToJson({
  code: 3,
  message: "This port speaks gRPC; OTLP over HTTP has its own port, 4318 by default",
});
const HTTP1_ANSWER: string =
  "HTTP/1.1 415 Unsupported Media Type\r\nContent-Type: application/json\r\n" +
  `Content-Length: ${Buffer.byteLength(WRONG_PROTOCOL)}\r\nConnection: close\r\n\r\n${WRONG_PROTOCOL}`;

export interface PrefaceGateHooks {
  /** The preface came; it is still unread. */
  readonly onAdmitted: (socket: Socket) => void;
  /** "timeout": closed without an answer. "not_http2": answered and closed. */
  readonly onTurnedAway: (reason: "timeout" | "not_http2") => void;
}

export class PrefaceGate {
  readonly #timeoutMs: number;
  readonly #hooks: PrefaceGateHooks;
  readonly #waiting = new Set<Socket>();

  constructor(timeoutMs: number, hooks: PrefaceGateHooks) {
    this.#timeoutMs = timeoutMs;
    this.#hooks = hooks;
  }

  /** A connection that was just accepted (and, with TLS, has shaken hands). */
  receive(socket: Socket): void {
    this.#waiting.add(socket);
    // A connection reset before the HTTP/2 session listens would otherwise end the process.
    socket.on("error", () => socket.destroy());
    const timer = setTimeout(() => this.#expire(socket), this.#timeoutMs);
    const onClose = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(socket);
    };
    const onReadable = (): void => {
      const head: Buffer | null = socket.read(PREFACE.length);
      if (head === null) return;
      onClose();
      socket.off("readable", onReadable);
      socket.off("close", onClose);
      this.#judge(socket, head);
    };
    socket.on("close", onClose);
    socket.on("readable", onReadable);
  }

  /** Closes whatever still waits. */
  close(): void {
    for (const socket of this.#waiting) socket.destroy();
  }

  #judge(socket: Socket, head: Buffer): void {
    if (head.equals(PREFACE)) {
      socket.unshift(head);
      this.#hooks.onAdmitted(socket);
      return;
    }
    this.#hooks.onTurnedAway("not_http2");
    socket.setTimeout(this.#timeoutMs, () => socket.destroy());
    socket.end(HTTP1_ANSWER);
    // What it still sends is read and dropped: closing on unread bytes would reset the connection under our answer.
    socket.resume();
  }

  #expire(socket: Socket): void {
    this.#hooks.onTurnedAway("timeout");
    socket.destroy();
  }
}
