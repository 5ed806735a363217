/** What both OTLP transports are to the rest of the product. */
import type { Endpoint } from "../../config/endpoint.ts";
import type { Component } from "../../model/ports/component.ts";

/** One transport's server. `shutdown` refuses what is new with a delay and finishes what was taken. */
export interface OtlpReceiver extends Component {
  /** Where it listens, with the real port; undefined before `start` and after `shutdown`. */
  address(): Endpoint | undefined;
  /** Looks at the certificate files now instead of at the next interval; nothing without TLS. */
  reloadTls(): Promise<void>;
}
