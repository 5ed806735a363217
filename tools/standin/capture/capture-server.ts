/**
 * The capture port: node:http around the endpoint, with faults in front of it as a network or a load balancer would put
 * them. Can leave its port and come back to it. Bounded by the request limit; at most MAX_DRAIN_BYTES of an oversized
 * body are read and thrown away, so that its sender gets to read the answer.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../../src/model/environment.ts";
import type { Fault, FaultPlan } from "../fault-plan.ts";
import { retryAfterText } from "../fault-plan.ts";
import { listen } from "../listen.ts";
import type { StandinCounters } from "../standin-stats.ts";
import type { CaptureEndpoint, CaptureRequest, CaptureResponse } from "./capture-endpoint.ts";

/** A compressed stream may be longer than what it decodes to by its framing. */
const FRAMING_SLACK_BYTES = 64 * 1024;
const MAX_DRAIN_BYTES = 64 * 1024 * 1024;

export interface CaptureServerParts {
  readonly endpoint: CaptureEndpoint;
  readonly faults: FaultPlan;
  readonly counters: StandinCounters;
  readonly environment: Environment;
  readonly maxRequestBytes: number;
}

type BodyResult = Pick<CaptureRequest, "body" | "truncated">;

export class CaptureServer {
  readonly #parts: CaptureServerParts;
  readonly #closing: AbortController = new AbortController();
  #server: Server | undefined;
  #address: AddressInfo | undefined;

  constructor(parts: CaptureServerParts) {
    this.#parts = parts;
  }

  /** The port stays the same over refuse() and accept(). */
  get address(): AddressInfo {
    if (this.#address === undefined) throw new Error("Read the stand-in's address: not listening, call listen() first");
    return this.#address;
  }

  /** Rejects when the port is taken. */
  async listen(host: string, port: number): Promise<void> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    // The destination's server closes no idle connection of its own accord; node would after five seconds.
    server.keepAliveTimeout = 0;
    this.#address = await listen(server, host, port);
    this.#server = server;
  }

  /** Drops every connection and leaves the port: connecting is refused until accept(). */
  async refuse(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** Listens again on the port it had. */
  async accept(): Promise<void> {
    if (this.#server !== undefined || this.#closing.signal.aborted) return;
    const { address, port } = this.address;
    await this.listen(address, port);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.refuse();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, counters } = this.#parts;
    counters.requests++;
    const fault = faults.next();
    if (fault !== undefined) counters.faulted++;
    if (fault?.kind === "reset_before_body") {
      request.socket.resetAndDestroy();
      return;
    }
    const read = await readBody(request, this.#parts.maxRequestBytes + FRAMING_SLACK_BYTES);
    counters.wireBytes += read.body.length;
    if (fault?.kind === "hang") return;
    if (fault?.kind === "delay") await delay(fault.delayMs, undefined, { signal: this.#closing.signal });
    if (fault?.kind === "reset_after_body" && !fault.stored) {
      request.socket.resetAndDestroy();
      return;
    }
    const answer = fault?.kind === "status" ? this.#faultAnswer(fault) : await this.#answer(request, read);
    if (fault?.kind === "reset_after_body") request.socket.resetAndDestroy();
    else if (fault?.kind === "reset_mid_response") resetInAnswer(answer, response);
    else {
      counters.answered(answer.status);
      response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) });
      response.end(answer.body);
    }
  }

  #answer(request: IncomingMessage, read: BodyResult): Promise<CaptureResponse> {
    const { method = "", url: target = "", headers } = request;
    return this.#parts.endpoint.respond({ method, target, headers, ...read });
  }

  #faultAnswer(fault: Extract<Fault, { kind: "status" }>): CaptureResponse {
    const { wallMs } = this.#parts.environment.now();
    const retryAfter = fault.retryAfter === undefined ? undefined : retryAfterText(fault.retryAfter, wallMs);
    return {
      status: fault.status,
      headers: {
        "content-type": "text/plain; charset=utf-8",
        ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
      },
      body: fault.body ?? "",
    };
  }
}

/** Half of an answer that announced more, then a reset once the kernel has taken it. */
function resetInAnswer(answer: CaptureResponse, response: ServerResponse): void {
  const socket = response.socket;
  response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) + 1 });
  response.write(answer.body, () => socket?.resetAndDestroy());
}

/** Keeps at most `maxBytes`; reads on without keeping, up to MAX_DRAIN_BYTES. Rejects when the sender goes away. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<BodyResult> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const arriving: AsyncIterable<Buffer> = request;
  for await (const chunk of arriving) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    if (bytes > MAX_DRAIN_BYTES) break;
  }
  const [only] = chunks;
  const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  return { body, truncated: bytes > maxBytes };
}
