/** HTTP/1.1 requests for tests of a server: everything is said explicitly, nothing is added but Host and lengths. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { Agent, request } from "node:http";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { onTestFinished } from "vitest";

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpMessage {
  /** POST by default. */
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
  /** In several pieces and without Content-Length. */
  readonly chunks?: readonly Uint8Array[];
}

/** @param url with path */
export function send(url: string, message: HttpMessage = {}, agent: Agent = new Agent()): Promise<HttpReply> {
  const body = message.body === undefined ? undefined : Buffer.from(message.body);
  const length = body === undefined ? {} : { "content-length": body.length };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: message.method ?? "POST", headers: { ...length, ...message.headers }, agent },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(parts) }),
        );
        incoming.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    for (const chunk of message.chunks ?? []) outgoing.write(chunk);
    outgoing.end(body);
  });
}

/** A bare connection; destroyed when the test ends. */
export class RawConnection {
  readonly socket: Socket;
  #received = "";

  constructor(host: string, port: number) {
    this.socket = connect(port, host);
    this.socket.on("error", () => undefined);
    this.socket.on("data", (bytes: Buffer) => {
      this.#received += bytes.toString("latin1");
    });
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  /** Everything that arrived so far, one character a byte. */
  get received(): string {
    return this.#received;
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Resolves when what arrived matches. */
  async until(isEnough: (received: string) => boolean): Promise<string> {
    while (!isEnough(this.#received)) {
      if (this.socket.closed) throw new Error(`the connection closed after: ${JSON.stringify(this.#received)}`);
      await new Promise<void>((resolve) => {
        this.socket.once("data", () => resolve());
        this.socket.once("close", () => resolve());
      });
    }
    return this.#received;
  }

  /** Resolves when the other side closed, or reset, the connection. */
  async closed(): Promise<string> {
    if (!this.socket.closed) await new Promise<void>((resolve) => this.socket.once("close", () => resolve()));
    return this.#received;
  }
}
