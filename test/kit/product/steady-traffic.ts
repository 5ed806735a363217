/** Traffic of a test's own making, second by second on the product's clock, without waiting for real seconds. */
import type { OtlpClient } from "../otlp/otlp-client.ts";
import { otlpClient } from "../otlp/otlp-client.ts";
import type { PlainAttributes } from "../otlp/record-builder.ts";
import { buildRequest } from "../otlp/record-builder.ts";
import type { RunningProduct } from "./product.ts";

export interface Line {
  readonly service: string;
  readonly body: string;
  /** Default INFO. */
  readonly severityNumber?: number;
  readonly attributes?: PlainAttributes;
  readonly traceId?: string;
  /** Unix milliseconds; default now. */
  readonly time?: number;
}

export class SteadyTraffic {
  readonly #running: RunningProduct;
  readonly #client: OtlpClient;
  #second = 0;

  /** Goes over HTTP; transports are compared elsewhere. */
  constructor(running: RunningProduct) {
    this.#running = running;
    this.#client = otlpClient({ transport: "http", endpoint: running.http });
  }

  /**
   * Lets seconds pass; at the start of each, its lines are sent as one request.
   * @param linesOf the lines of a second, by its number since the traffic began
   */
  async pass(seconds: number, linesOf: (second: number) => readonly Line[]): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      await this.send(linesOf(this.#second++));
      this.#running.clock.skip(1_000);
    }
  }

  /** One request, now; throws when it is not taken whole. */
  async send(lines: readonly Line[]): Promise<void> {
    if (lines.length === 0) return;
    const time = this.#running.clock.now().wallMs;
    const services = [...new Set(lines.map(({ service }) => service))];
    const groups = services.map((service) => ({
      resource: { "service.name": service },
      records: lines
        .filter((line) => line.service === service)
        .map(({ service: _, ...line }) => ({ time, severityNumber: 9, ...line })),
    }));
    const outcome = await this.#client.send(buildRequest(groups));
    if (outcome.kind === "accepted" && outcome.rejectedRecords === 0) return;
    throw new Error(`a request was not taken whole: ${JSON.stringify(outcome)}`);
  }
}

/** `count` lines of one pattern, numbered so that each is told apart by `key`. */
export function lines(count: number, make: (index: number) => Line): Line[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
