/** Where requests come from, one at a time, when they are due. */
import type { OutgoingRequest } from "./sender.ts";

export interface LoadRequest extends OutgoingRequest {
  /** The request is settled: its memory may be used again. */
  release(): void;
}

export interface RequestSource {
  /**
   * The next request, at once or when it is due; undefined when there are no more.
   * May be asked by several connections at the same time.
   */
  next(): LoadRequest | undefined | Promise<LoadRequest | undefined>;
  /** Ends the supply: whoever waits gets undefined. */
  stop(): void;
}
