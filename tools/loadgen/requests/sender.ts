/** One connection to a receiver: sends a request and says what became of it, in the words of OTLP's retry rules. */
import type { Encoding } from "./wire-request.ts";

export interface OutgoingRequest {
  readonly encoding: Encoding;
  readonly records: number;
  readonly plain: Uint8Array;
  /** The same in gzip, for transports that compress requests one by one; undefined when none is wanted. */
  readonly gzip: Uint8Array | undefined;
}

export type SendOutcome =
  | { readonly kind: "accepted"; readonly rejectedRecords: number }
  /** The receiver said no. `retryAfterMs` when it said for how long. */
  | {
      readonly kind: "refused";
      /** HTTP status or gRPC code name. */
      readonly status: string;
      readonly retryable: boolean;
      readonly retryAfterMs: number | undefined;
    }
  /** No answer came. The request may have been taken: sending it again may duplicate it. */
  | { readonly kind: "unanswered"; readonly status: string; readonly maybeTaken: boolean };

export interface Sender {
  /** Never rejects. One call at a time. */
  send(request: OutgoingRequest): Promise<SendOutcome>;
  /** At once: a request under way is unanswered. */
  close(): Promise<void>;
}

export interface SenderSettings {
  readonly timeoutMs: number;
  /** Sent with every request: authorization, for one. */
  readonly headers: Readonly<Record<string, string>>;
}
