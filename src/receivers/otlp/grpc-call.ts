/**
 * One Export call from its metadata to its trailers, answered by the interceptor itself: authentication and admission
 * when the metadata arrives, the announced length admitted before the message is read, and the DATA frames assembled
 * here. grpc-js would copy every message once more, inflate as many at once as arrive, and report damage as INTERNAL.
 * Measured with the wider windows of settings.ts: a call of 143 KB costs what bare node:http2 costs for it.
 * Bounded by the admission, by requestTimeoutMs while it reads, and by the pipeline afterwards.
 */
import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { status as GrpcCode, ServerInterceptingCall } from "@grpc/grpc-js";
import type { AdmissionTicket } from "../../model/consumer.ts";
import type { Compression } from "../inflate.ts";
import { encodePartialSuccess } from "./google-rpc.ts";
import { takeCallStream } from "./grpc-call-stream.ts";
import type { GrpcCallContext } from "./grpc-context.ts";
import { MessageAssembler } from "./grpc-framing.ts";
import type { ReadingCall } from "./reading-calls.ts";
import type { Answer, Problem, Refused } from "./status.ts";
import { grpcStatusOf, rejected, tooLarge } from "./status.ts";

/** Reserved while the size of a call's message is not known; HTTP/2's default frame size. */
const NOMINAL_BYTES = 16_384;
/** How long a refused call is waited for its message's length, which most clients send together with the metadata. */
const PREFIX_WAIT_MS = 50;
/** ExportLogsServiceResponse without partial_success is 0 bytes long. */
const FULL_SUCCESS: Buffer = Buffer.alloc(0);
const OK = { code: GrpcCode.OK, details: "", metadata: null };
const onWritten = (): void => undefined;

export class ExportCall extends ServerInterceptingCall implements ReadingCall {
  readonly startTick: number;
  older: ReadingCall | undefined;
  newer: ReadingCall | undefined;
  readonly #call: ServerInterceptingCallInterface;
  readonly #context: GrpcCallContext;
  #ticket: AdmissionTicket | undefined;
  #assembler: MessageAssembler | undefined;
  #identity = "";
  #compression: Compression | undefined;
  #stopped: Problem | undefined;
  /** reading → working → over; straight to over when it fails or is cancelled while reading. */
  #phase: "reading" | "working" | "over" = "reading";

  constructor(call: ServerInterceptingCallInterface, context: GrpcCallContext) {
    super(call);
    this.#call = call;
    this.#context = context;
    this.startTick = context.tick;
  }

  /** The library's own listener never hears of the call: it would only keep a second account of it. */
  override start(): void {
    this.#call.start(this);
  }

  onReceiveMetadata(metadata: Metadata): void {
    const { intake, deps } = this.#context;
    const taken = takeCallStream(this.#call);
    if (taken === undefined) {
      this.#fail(intake.reject(rejected("internal", "This version of the gRPC library is not supported")));
      return;
    }
    const { stream, encoding } = taken;
    // A server's stream has a server's session, or none when the connection died meanwhile.
    const session = stream.session as ServerHttp2Session | undefined;
    this.#context.tune(session);
    const problem = this.#screen(metadata, encoding, session);
    if (problem !== undefined) {
      this.#fail(intake.reject(problem));
      return;
    }
    const ticket = deps.admission.admit(NOMINAL_BYTES);
    if (ticket.admitted) this.#ticket = ticket;
    else this.#refuseSoon({ kind: "refused", cause: ticket.cause, retryAfterMs: ticket.retryAfterMs });
    this.#context.reading.add(this);
    this.#read(stream);
  }

  /** Never called: the stream is read here. */
  onReceiveMessage(): void {}

  onReceiveHalfClose(): void {}

  /** The end of every call: answered, cancelled, past the client's deadline, or its connection died. */
  onCancel(): void {
    if (this.#phase === "reading") this.#end();
    // While the pipeline works the reservation stays until it is done: the memory is in use.
    else this.#phase = "over";
  }

  expire(): void {
    if (this.#phase !== "reading") return;
    this.#fail(this.#context.intake.reject(rejected("timeout", "The request did not arrive in time")));
  }

  #screen(metadata: Metadata, encoding: string, session: ServerHttp2Session | undefined): Problem | undefined {
    const identity = this.#context.identify(metadata, this.#call, session);
    if (identity === undefined) return rejected("unauthenticated", "Valid credentials are needed in authorization");
    this.#identity = identity;
    if (this.#context.draining) {
      const { retryAfterMs } = this.#context.deps.admission.refusal("draining");
      return { kind: "refused", cause: "draining", retryAfterMs };
    }
    if (encoding === "gzip" || encoding === "deflate") this.#compression = encoding;
    else if (encoding !== "identity") {
      return rejected("unsupported_encoding", "grpc-encoding must be identity, gzip or deflate");
    }
    return undefined;
  }

  /**
   * The length of the message, if it is under way, decides how: who can never be served must not be asked to come back.
   */
  #refuseSoon(refused: Refused): void {
    this.#stopped = refused;
    const timer = setTimeout(() => {
      if (this.#phase === "reading") this.#fail(this.#context.intake.reject(refused));
    }, PREFIX_WAIT_MS);
    timer.unref();
  }

  #read(stream: ServerHttp2Stream): void {
    const { garbage, buffers } = this.#context.deps;
    const assembler = new MessageAssembler((length) => this.#admitLength(length), buffers);
    this.#assembler = assembler;
    stream.on("data", (frame: Buffer) => {
      garbage.leave(frame.length);
      if (this.#phase !== "reading") return;
      const state = assembler.push(frame);
      if (state === "stopped" && this.#stopped !== undefined) this.#fail(this.#context.intake.reject(this.#stopped));
      else if (state === "overrun") this.#malformed("A unary call carries one message; more bytes followed it");
    });
    stream.on("end", () => {
      if (this.#phase !== "reading") return;
      const message = assembler.take();
      if (message === undefined) this.#malformed("The call ended before its message was complete");
      else this.#work(message, assembler.compressed);
    });
    stream.resume();
  }

  #admitLength(length: number): boolean {
    const { maxRequestBytes, deps } = this.#context;
    if (length > maxRequestBytes) {
      this.#stopped = tooLarge(maxRequestBytes);
      return false;
    }
    if (this.#ticket === undefined) return false;
    if (this.#ticket.grow(length)) return true;
    const { cause, retryAfterMs } = deps.admission.refusal("memory");
    this.#stopped = { kind: "refused", cause, retryAfterMs };
    return false;
  }

  #work(body: Uint8Array, compressed: boolean): void {
    this.#phase = "working";
    this.#context.reading.remove(this);
    const answer = this.#take(body, compressed);
    if (answer instanceof Promise) void answer.then((settled) => this.#answer(settled));
    else this.#answer(answer);
  }

  #take(body: Uint8Array, compressed: boolean): Answer | Promise<Answer> {
    const { intake, maxRequestBytes } = this.#context;
    const compression = this.#compression;
    const peerAddress = this.#call.getConnectionInfo().remoteAddress ?? "";
    const request = { body, format: "protobuf", peerAddress, identity: this.#identity } as const;
    if (!compressed) return intake.take(request);
    if (compression === undefined) {
      return intake.reject(rejected("bad_encoding", "The message is marked compressed but names no encoding"));
    }
    return intake.inflateAndTake({
      ...request,
      compression,
      maxBytes: maxRequestBytes,
      reserve: (totalBytes) => this.#ticket?.grow(totalBytes) ?? false,
      damaged: "The message cannot be decompressed",
    });
  }

  #answer(answer: Answer): void {
    if (answer.kind !== "accepted") {
      this.#fail(answer);
      return;
    }
    const { rejectedRecords, message } = answer;
    const isFull = rejectedRecords === 0 && message === "";
    // The status need not wait for the message to be written: the stream keeps their order.
    this.#call.sendMessage(isFull ? FULL_SUCCESS : encodePartialSuccess(rejectedRecords, message), onWritten);
    this.#call.sendStatus(OK);
    this.#end();
  }

  #malformed(message: string): void {
    this.#fail(this.#context.intake.reject(rejected("malformed", message)));
  }

  #fail(problem: Problem): void {
    this.#call.sendStatus(grpcStatusOf(problem));
    this.#end();
  }

  #end(): void {
    this.#phase = "over";
    this.#context.reading.remove(this);
    this.#assembler?.release();
    this.#ticket?.release();
  }
}
