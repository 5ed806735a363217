/**
 * One HTTP request and its answer. Everything that can be refused is refused before the body is read: credentials,
 * path, method, types, declared size, room. The body is then read into one buffer, inflated, and handed to the
 * pipeline. Bounded by the admission, by maxRequestBytes (before and after decompression) and by the server's timeouts.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AdmissionTicket } from "../../model/consumer.ts";
import type { Compression } from "../inflate.ts";
import type { FlatHeaders } from "./http-answers.ts";
import { sendSuccess, writeProblem } from "./http-answers.ts";
import type { HttpContext } from "./http-context.ts";
import { isForPath, parseContentEncoding, parseContentType } from "./http-headers.ts";
import { RequestBody } from "./request-body.ts";
import type { Answer, BodyFormat, Problem, Rejected } from "./status.ts";
import { rejected, tooLarge } from "./status.ts";

/** Reserved while the size of a chunked body is not known. */
const NOMINAL_BYTES = 64 * 1024;
/** So much of a refused body is read and dropped; where it is no larger, the connection can serve the next request. */
const MAX_DISCARDED_BYTES = 1024 * 1024;
/** How long an answer waits for a larger one to end before the connection closes: closing at once resets it unread. */
const LINGER_MS = 1_000;
const NO_BYTES = new Uint8Array(0);
const CLOSE: FlatHeaders = ["Connection", "close"];
const KEEP: readonly string[] = [];

export class HttpExchange {
  /** Of its connection, from 1. */
  readonly ordinal: number;
  readonly #context: HttpContext;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #format: BodyFormat | undefined;
  #encoding: Compression | "identity" = "identity";
  /** Undefined: chunked. */
  #declared: number | undefined;
  #identity = "";
  #ticket: AdmissionTicket | undefined;
  #body: RequestBody | undefined;
  #phase: "reading" | "working" | "over" = "reading";

  constructor(context: HttpContext, request: IncomingMessage, response: ServerResponse, ordinal: number) {
    this.ordinal = ordinal;
    this.#context = context;
    this.#request = request;
    this.#response = response;
  }

  /** @param awaitsContinue the client sends its body only when told to */
  begin(awaitsContinue: boolean): void {
    const { intake, deps } = this.#context;
    if (this.#answerPreflight()) return;
    const problem = this.#screen();
    if (problem !== undefined) {
      this.#refuseUnread(intake.reject(problem), awaitsContinue);
      return;
    }
    const ticket = deps.admission.admit(this.#declared ?? NOMINAL_BYTES);
    if (!ticket.admitted) {
      const { cause, retryAfterMs } = ticket;
      this.#refuseUnread(intake.reject({ kind: "refused", cause, retryAfterMs }), awaitsContinue);
      return;
    }
    this.#ticket = ticket;
    this.#response.on("close", () => this.#onClose());
    if (awaitsContinue) this.#response.writeContinue();
    if (this.#declared === 0) this.#work(NO_BYTES);
    else this.#read(ticket);
  }

  /**
   * The rest of the request will not come: it took too long, or the bytes on the connection are no HTTP.
   * @returns false when this request has its answer already, or is about to get it
   */
  abandon(problem: Rejected): boolean {
    if (this.#phase !== "reading") return false;
    this.#finish(this.#context.intake.reject(problem), CLOSE);
    return true;
  }

  /** The body is complete and the pipeline has it. */
  get isWorking(): boolean {
    return this.#phase === "working";
  }

  /** True when nothing of this request is outstanding on its connection. */
  get isSettled(): boolean {
    return this.#phase === "over" && this.#request.complete;
  }

  #answerPreflight(): boolean {
    const { cors } = this.#context;
    if (cors === undefined || this.#request.method !== "OPTIONS") return false;
    const headers = cors.preflight(this.#request.headers);
    if (headers === undefined) return false;
    this.#phase = "over";
    this.#response.writeHead(204, headers);
    this.#response.end();
    return true;
  }

  #screen(): Problem | undefined {
    const { settings, maxRequestBytes, draining, deps } = this.#context;
    const { headers, method, url, socket } = this.#request;
    this.#format = parseContentType(headers["content-type"]);
    this.#declared = headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : undefined;
    const identity = this.#context.identify(headers.authorization, socket);
    if (identity === undefined) return rejected("unauthenticated", "Valid credentials are needed in Authorization");
    this.#identity = identity;
    if (!isForPath(url ?? "", settings.path)) return rejected("not_found", notFoundMessage(settings.path));
    if (method !== "POST") return rejected("method_not_allowed", "Logs are sent with POST");
    if (draining) {
      return { kind: "refused", cause: "draining", retryAfterMs: deps.admission.refusal("draining").retryAfterMs };
    }
    if (this.#format === undefined) {
      return rejected("unsupported_media_type", "Content-Type must be application/x-protobuf or application/json");
    }
    const encoding = parseContentEncoding(headers["content-encoding"]);
    if (encoding === undefined || (encoding !== "identity" && !deps.inflater.supports(encoding))) {
      return rejected("unsupported_encoding", "Content-Encoding must be identity, gzip or deflate");
    }
    this.#encoding = encoding;
    return (this.#declared ?? 0) > maxRequestBytes ? tooLarge(maxRequestBytes) : undefined;
  }

  #read(ticket: AdmissionTicket): void {
    const { intake, maxRequestBytes, deps } = this.#context;
    const limits = { maxBytes: maxRequestBytes, reserve: (totalBytes: number) => ticket.grow(totalBytes) };
    const body = new RequestBody(this.#declared, limits, deps.buffers);
    this.#body = body;
    this.#request.on("data", (chunk: Buffer) => {
      deps.garbage.leave(chunk.length);
      if (this.#phase !== "reading") return;
      const result = body.push(chunk);
      if (result === "ok") return;
      this.#refuseUnread(
        result === "no_room" ? intake.refuse("memory") : intake.reject(tooLarge(maxRequestBytes)),
        false,
      );
    });
    this.#request.on("end", () => {
      if (this.#phase === "reading") this.#work(body.take());
    });
  }

  #work(body: Uint8Array): void {
    this.#phase = "working";
    const { intake, maxRequestBytes } = this.#context;
    const compression = this.#encoding;
    const request = {
      body,
      format: this.#format ?? "protobuf",
      peerAddress: this.#request.socket.remoteAddress ?? "",
      identity: this.#identity,
    };
    const answer =
      compression === "identity"
        ? intake.take(request)
        : intake.inflateAndTake({
            ...request,
            compression,
            maxBytes: maxRequestBytes,
            reserve: (totalBytes) => this.#ticket?.grow(totalBytes) ?? false,
            damaged: "The body does not match its Content-Encoding",
          });
    if (answer instanceof Promise) void answer.then((settled) => this.#finish(settled));
    else this.#finish(answer);
  }

  /** The body has been read, or will not come. */
  #finish(answer: Answer, connection: FlatHeaders = this.#isLast() ? CLOSE : KEEP): void {
    const extra = this.#extraHeaders(answer, connection);
    if (answer.kind === "accepted") sendSuccess(this.#response, answer, this.#format ?? "protobuf", extra);
    else {
      writeProblem(this.#response, answer, this.#format ?? "json", extra);
      this.#response.end();
    }
    this.#end();
  }

  /** An answer while the body, or the rest of it, is still on its way. */
  #refuseUnread(problem: Problem, awaitsContinue: boolean): void {
    const unread = this.#declared ?? Number.POSITIVE_INFINITY;
    const closes = awaitsContinue || this.#isLast() || unread > MAX_DISCARDED_BYTES;
    writeProblem(this.#response, problem, this.#format ?? "json", this.#extraHeaders(problem, closes ? CLOSE : KEEP));
    this.#end();
    if (!closes || awaitsContinue || unread === 0) this.#response.end();
    else this.#linger();
  }

  #linger(): void {
    const timer = setTimeout(() => this.#response.end(), LINGER_MS);
    const end = (): void => {
      clearTimeout(timer);
      this.#response.end();
    };
    this.#request.once("end", end);
    this.#request.once("close", end);
    let discarded = 0;
    const isCounted = this.#request.listenerCount("data") > 0;
    this.#request.on("data", (chunk: Buffer) => {
      if (!isCounted) this.#context.deps.garbage.leave(chunk.length);
      discarded += chunk.length;
      // Read on, and the refused ones would take the memory and the time that they were refused for the lack of.
      if (discarded > MAX_DISCARDED_BYTES) this.#request.pause();
    });
    this.#request.resume();
  }

  #extraHeaders(answer: Answer, connection: FlatHeaders): FlatHeaders | undefined {
    const { cors, authenticator } = this.#context;
    const extra =
      cors === undefined ? [...connection] : [...connection, ...cors.headersFor(this.#request.headers.origin)];
    if (answer.kind === "rejected") {
      if (answer.cause === "method_not_allowed") extra.push("Allow", cors === undefined ? "POST" : "POST, OPTIONS");
      if (answer.cause === "unauthenticated") extra.push("WWW-Authenticate", authenticator.challenge);
      if (answer.cause === "unsupported_encoding") extra.push("Accept-Encoding", "gzip, deflate, identity");
    }
    return extra.length === 0 ? undefined : extra;
  }

  /** Node has a limit of its own, but answers what a client sends beyond it with an empty 503. */
  #isLast(): boolean {
    return this.#context.draining || this.ordinal >= this.#context.settings.maxRequestsPerConnection;
  }

  /** Answered, or the connection died. */
  #onClose(): void {
    if (this.#phase === "reading") this.#end();
  }

  /** Whoever read the body has answered by now, or never got it. */
  #end(): void {
    this.#phase = "over";
    this.#body?.release();
    this.#ticket?.release();
  }
}

function notFoundMessage(path: string): string {
  return `This endpoint takes OTLP logs only, at ${path}`;
}
