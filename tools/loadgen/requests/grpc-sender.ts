/**
 * OTLP over gRPC on one connection, requests as raw bytes. Retryable is what the specification's table says:
 * RESOURCE_EXHAUSTED only with RetryInfo.
 */
import type { ClientUnaryCall, ServiceError } from "@grpc/grpc-js";
import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { rejectedInProtobuf, retryDelayInStatus } from "./partial-success.ts";
import type { OutgoingRequest, Sender, SenderSettings, SendOutcome } from "./sender.ts";

const EXPORT_PATH = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
/** grpc-js's CompressionAlgorithms.gzip. */
const GZIP = 2;

const RETRYABLE: readonly status[] = [
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
];
/** Also made up by the client itself when no answer came. */
const MAYBE_UNANSWERED: readonly status[] = [status.CANCELLED, status.DEADLINE_EXCEEDED, status.UNAVAILABLE];

export class GrpcSender implements Sender {
  readonly #client: Client;
  readonly #metadata: Metadata;
  readonly #timeoutMs: number;
  readonly #now: () => number;
  #call: ClientUnaryCall | undefined;

  /**
   * @param endpoint host:port, or a URL of which only host and port are used
   * @param gzip compresses in the channel
   * @param now unix milliseconds, for deadlines
   */
  constructor(endpoint: string, settings: SenderSettings, gzip: boolean, now: () => number) {
    const address = endpoint.includes("://") ? new URL(endpoint).host : endpoint;
    this.#client = new Client(address, credentials.createInsecure(), {
      // A connection of its own, not one shared with every client of this address.
      "grpc.use_local_subchannel_pool": 1,
      "grpc.initial_reconnect_backoff_ms": 200,
      "grpc.max_reconnect_backoff_ms": 2_000,
      ...(gzip ? { "grpc.default_compression_algorithm": GZIP } : {}),
    });
    this.#metadata = new Metadata();
    for (const [name, value] of Object.entries(settings.headers)) this.#metadata.set(name, value);
    this.#timeoutMs = settings.timeoutMs;
    this.#now = now;
  }

  send(request: OutgoingRequest): Promise<SendOutcome> {
    const { plain } = request;
    const bytes = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
    return new Promise((resolve) => {
      this.#call = this.#client.makeUnaryRequest(
        EXPORT_PATH,
        (value: Buffer) => value,
        (value: Buffer) => value,
        bytes,
        this.#metadata,
        { deadline: this.#now() + this.#timeoutMs },
        (error: ServiceError | null, response?: Buffer) => {
          if (error !== null) resolve(refusal(error));
          else resolve({ kind: "accepted", rejectedRecords: rejectedInProtobuf(response ?? Buffer.alloc(0)) });
        },
      );
    });
  }

  close(): Promise<void> {
    this.#call?.cancel();
    this.#client.close();
    return Promise.resolve();
  }
}

function refusal(error: ServiceError): SendOutcome {
  const [details] = error.metadata.get("grpc-status-details-bin");
  const retryAfterMs = details instanceof Uint8Array ? retryDelayInStatus(details) : undefined;
  const name = status[error.code] ?? String(error.code);
  if (retryAfterMs === undefined && MAYBE_UNANSWERED.includes(error.code)) {
    return { kind: "unanswered", status: name, maybeTaken: true };
  }
  const exhausted = error.code === status.RESOURCE_EXHAUSTED && retryAfterMs !== undefined;
  return { kind: "refused", status: name, retryable: exhausted || RETRYABLE.includes(error.code), retryAfterMs };
}
