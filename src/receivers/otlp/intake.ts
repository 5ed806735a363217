/**
 * The part of a request that both transports share: the body comes out of its compression and goes to the pipeline,
 * the result becomes an Answer, and whatever was not accepted is counted. Synchronous whenever zlib and the pipeline
 * are.
 */
import { DecodeError } from "../../core/otlp/wire/decode-error.ts";
import type { ConsumeResult, LogsConsumer, RequestOrigin, TranscodingLosses } from "../../model/consumer.ts";
import type { Environment } from "../../model/environment.ts";
import type { Logger } from "../../model/ports/logger.ts";
import type { Telemetry, Transport } from "../../model/telemetry.ts";
import type { ReceiverAdmission } from "../admission.ts";
import type { BodyBuffers } from "../body-buffers.ts";
import type { Compression, Inflated, Inflater } from "../inflate.ts";
import type { Accepted, Answer, BodyFormat, Problem, Refused } from "./status.ts";
import { rejected, tooLarge } from "./status.ts";

/** An OTLP/JSON request as protobuf, and what was lost of it record by record. */
export interface TranscodedJson extends TranscodingLosses {
  readonly request: Uint8Array;
}

export interface OtlpReceiverDeps {
  readonly consumer: LogsConsumer;
  readonly admission: ReceiverAdmission;
  readonly inflater: Inflater;
  readonly buffers: BodyBuffers;
  /** Told of every byte that was received or made and is, or soon will be, garbage outside the heap. */
  readonly garbage: { leave(bytes: number): void };
  /** Throws DecodeError when nothing of the body can be taken. */
  readonly transcodeJson: (body: Uint8Array) => TranscodedJson;
  /**
   * receivers.otlp.trust_weights.
   * @param peerAddress IP address, without port
   * @param identity what the peer proved to be: a token's or user's name, or its certificate's common name; "" when
   * nothing
   */
  readonly isTrustedPeer: (peerAddress: string, identity: string) => boolean;
  /** Number of a sender, by what tells it apart; 0 for all while no listener authenticates. */
  readonly peerNumberOf: (peerKey: string) => number;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly environment: Environment;
}

/** A request whose body is complete and uncompressed. */
export interface ReceivedRequest {
  readonly body: Uint8Array;
  readonly format: BodyFormat;
  readonly peerAddress: string;
  readonly identity: string;
}

/** A request whose body is complete and still compressed. */
export interface CompressedRequest extends ReceivedRequest {
  readonly compression: Compression;
  /** After decompression. */
  readonly maxBytes: number;
  /** May body and content together hold this many bytes? */
  readonly reserve: (totalBytes: number) => boolean;
  /** The sentence for the sender of a body that is not what its encoding says. */
  readonly damaged: string;
}

const NOTHING_REJECTED: Accepted = { kind: "accepted", rejectedRecords: 0, message: "" };
/** Failures of ours come with every request once they come; the log says so this often, the counter counts all. */
const FAILURE_LOG_INTERVAL_MS = 10_000;

export class LogsIntake {
  readonly #deps: OtlpReceiverDeps;
  readonly #transport: Transport;
  readonly #peerKeyOf: (identity: string) => string;
  /** By peer number, from strangers and from trusted ones: made once each. */
  readonly #origins: RequestOrigin[] = [];
  #failureLoggedMs = Number.NEGATIVE_INFINITY;

  /** @param peerKeyOf what tells senders of this listener apart */
  constructor(transport: Transport, deps: OtlpReceiverDeps, peerKeyOf: (identity: string) => string) {
    this.#deps = deps;
    this.#transport = transport;
    this.#peerKeyOf = peerKeyOf;
  }

  /** `take` of what the body inflates to, whose memory is freed with the answer. Never throws and never rejects. */
  inflateAndTake(request: CompressedRequest): Answer | Promise<Answer> {
    const inflated = this.#deps.inflater.inflate(request);
    return inflated instanceof Promise
      ? inflated.then((settled) => this.#takeInflated(request, settled))
      : this.#takeInflated(request, inflated);
  }

  #takeInflated(request: CompressedRequest, inflated: Inflated): Answer | Promise<Answer> {
    const { garbage, buffers } = this.#deps;
    switch (inflated.kind) {
      case "inflated": {
        const body = inflated.bytes;
        garbage.leave(body.length);
        const answer = this.take({ ...request, body });
        if (answer instanceof Promise) return answer.finally(() => buffers.discard(body));
        buffers.discard(body);
        return answer;
      }
      case "no_room":
        return this.refuse("memory");
      case "too_large":
        return this.reject(tooLarge(request.maxBytes));
      case "damaged":
        return this.reject(rejected("bad_encoding", request.damaged));
    }
  }

  /** Never throws and never rejects: failures of the pipeline become INTERNAL / 500. */
  take(request: ReceivedRequest): Answer | Promise<Answer> {
    const { body } = request;
    try {
      let origin = this.#originOf(request);
      let bytes = body;
      if (request.format === "json") {
        const transcoded = this.#deps.transcodeJson(body);
        bytes = transcoded.request;
        this.#deps.garbage.leave(bytes.length);
        if (transcoded.rejected > 0 || transcoded.repairedText > 0) {
          origin = { ...origin, transcoding: transcoded };
        }
      }
      if (bytes.length === 0 && origin.transcoding === undefined) return NOTHING_REJECTED;
      const result = this.#deps.consumer.consumeLogs(bytes, origin);
      if (!(result instanceof Promise)) return this.#answerTo(result, body.length);
      return result.then(
        (settled) => this.#answerTo(settled, body.length),
        (error: unknown) => this.#failed(error),
      );
    } catch (error) {
      return error instanceof DecodeError ? this.reject(rejected("malformed", error.message)) : this.#failed(error);
    }
  }

  #originOf({ peerAddress, identity }: ReceivedRequest): RequestOrigin {
    const trusted = this.#deps.isTrustedPeer(peerAddress, identity);
    const peer = this.#deps.peerNumberOf(this.#peerKeyOf(identity));
    const at = 2 * peer + (trusted ? 1 : 0);
    this.#origins[at] ??= { transport: this.#transport, trusted, peer, transcoding: undefined };
    return this.#origins[at];
  }

  /** Counts and returns. */
  reject<P extends Problem>(problem: P): P {
    if (problem.kind === "refused") this.#deps.telemetry.requestRefused(this.#transport, problem.cause);
    else this.#deps.telemetry.requestRejected(this.#transport, problem.cause);
    return problem;
  }

  /** Counts; for what the admission did not refuse itself. */
  refuse(cause: Refused["cause"]): Refused {
    const { retryAfterMs } = this.#deps.admission.refusal(cause);
    return this.reject({ kind: "refused", cause, retryAfterMs });
  }

  #answerTo(result: ConsumeResult, bodyBytes: number): Answer {
    switch (result.kind) {
      case "accepted":
        this.#deps.telemetry.bytesReceived(bodyBytes);
        return result;
      case "refused":
        return this.reject(result);
      case "invalid":
        return this.reject(rejected("malformed", result.message));
    }
  }

  #failed(error: unknown): Answer {
    const nowMs = this.#deps.environment.now().monoMs;
    if (nowMs - this.#failureLoggedMs >= FAILURE_LOG_INTERVAL_MS) {
      this.#failureLoggedMs = nowMs;
      this.#deps.logger.error(describe(error), "a request failed inside the pipeline and was answered with an error");
    }
    return this.reject(rejected("internal", "The request failed inside LipService; its log and metrics tell more"));
  }
}

/** Name and first frame: an error's message may quote what a sender wrote. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frame = error.stack?.split("\n").find((line) => line.startsWith("    at "));
  return { error: error.name, at: frame?.trim() ?? "" };
}
