/**
 * The whole product as composed for real, in this process on free ports, in front of a PostHog stand-in. Configured by
 * overrides as `--set` takes them. When the test ends the product drains, and its ledger must be exact: every record that
 * came in is forwarded, dropped for a reason or rejected, and the stand-in took exactly what was forwarded.
 */
import { expect, onTestFinished, vi } from "vitest";
import { policyParser } from "../../../cmd/cli/policy-parser.ts";
import type { ConfigReader } from "../../../src/assembly/reloader.ts";
import type { Product } from "../../../src/compose.ts";
import { compose } from "../../../src/compose.ts";
import type { Config } from "../../../src/config/config.ts";
import { formatEndpoint } from "../../../src/config/endpoint.ts";
import type { SummaryHistory } from "../../../src/model/ports/history.ts";
import type { LedgerSnapshot } from "../../../src/model/telemetry.ts";
import type { FileWatchSettings } from "../../../src/runtime/file-watch.ts";
import { shutdownAll, startAll } from "../../../src/runtime/lifecycle.ts";
import type { LoadTarget } from "../../../tools/loadgen/settings.ts";
import type { StandinOptions } from "../../../tools/standin/settings.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import { startStandin } from "../../../tools/standin/standin.ts";
import { loaded } from "../config-host.ts";
import { HANG_MS } from "../hang-guard.ts";
import type { MetricFamily } from "../prometheus-text.ts";
import { parsePrometheusText } from "../prometheus-text.ts";
import { SilentLogger } from "../silent-logger.ts";
import { SkippableClock } from "../skippable-clock.ts";

const DRAIN_MS = 20_000;

export interface ProductOptions {
  /** a.b=c, each, after the kit's own. */
  readonly set?: readonly string[];
  readonly standin?: Partial<StandinOptions>;
  /** Of product and stand-in. */
  readonly clock?: SkippableClock;
  /** What reloads read, and which files are watched; default: the same configuration again, and none. */
  readonly reload?: { readonly read: ConfigReader; readonly files: FileWatchSettings } | undefined;
  /** Gets exact counts; default: nobody. */
  readonly history?: SummaryHistory | undefined;
  /** Default 2 GiB. */
  readonly memoryLimitBytes?: number;
  /** The stand-in may have taken records more than once: set by tests that lose its answers. Default false. */
  readonly duplicatesAllowed?: boolean;
}

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  /** The text as JSON; undefined when it is none. */
  readonly json: unknown;
}

export class RunningProduct {
  readonly product: Product;
  readonly standin: Standin;
  readonly clock: SkippableClock;
  readonly logger: SilentLogger;
  readonly #duplicatesAllowed: boolean;
  #ended: Promise<LedgerSnapshot> | undefined;

  constructor(
    product: Product,
    standin: Standin,
    surroundings: {
      readonly clock: SkippableClock;
      readonly logger: SilentLogger;
      readonly duplicatesAllowed: boolean;
    },
  ) {
    this.product = product;
    this.standin = standin;
    this.clock = surroundings.clock;
    this.logger = surroundings.logger;
    this.#duplicatesAllowed = surroundings.duplicatesAllowed;
  }

  /** host:port of the gRPC receiver. */
  get grpc(): string {
    return this.#address("grpc");
  }

  /** Base URL of the HTTP receiver. */
  get http(): string {
    return `http://${this.#address("http")}`;
  }

  /** Base URL of the admin port. */
  get admin(): string {
    const endpoint = this.product.admin.endpoint;
    if (endpoint === undefined) throw new Error("the admin port does not listen");
    return `http://${formatEndpoint(endpoint)}`;
  }

  /** Both receivers, for the load generator. */
  get targets(): readonly LoadTarget[] {
    return [
      { transport: "grpc", endpoint: this.grpc },
      { transport: "http", endpoint: this.http },
    ];
  }

  ledger(): LedgerSnapshot {
    return this.product.parts.telemetry.ledger.snapshot();
  }

  /** A request to the admin port. */
  async api(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    const response = await fetch(`${this.admin}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    return { status: response.status, text, json: parse(text) };
  }

  /** What a GET answers, which must be 200. */
  async read<T>(path: string): Promise<T> {
    const { status, text } = await this.api("GET", path);
    expect(status, text).toBe(200);
    return JSON.parse(text);
  }

  /** /metrics, by family. */
  async metrics(): Promise<Map<string, MetricFamily>> {
    return parsePrometheusText((await this.api("GET", "/metrics")).text);
  }

  /** Resolves when everything accepted so far has left the queue. */
  async settled(timeoutMs: number = HANG_MS): Promise<LedgerSnapshot> {
    await vi.waitFor(() => expect(this.ledger().queued).toBe(0), { timeout: timeoutMs, interval: 20 });
    const ledger = this.ledger();
    expectExact(ledger);
    return ledger;
  }

  /** Drains and ends the product as `run` does at SIGTERM, and checks its books. The stand-in lives on until the test ends. */
  end(): Promise<LedgerSnapshot> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<LedgerSnapshot> {
    this.product.beginDrain();
    const { unfinished } = await shutdownAll(this.product.components, { deadlineMs: DRAIN_MS }, this.logger);
    const ledger = this.ledger();
    expect(unfinished).toEqual([]);
    expectExact(ledger);
    expect(ledger).toMatchObject({ queued: 0, held: 0 });
    const { stored, dropped } = this.standin.stats().records;
    const taken = stored + Object.values(dropped).reduce((sum, records) => sum + records, 0);
    if (this.#duplicatesAllowed) expect(taken).toBeGreaterThanOrEqual(ledger.forwarded);
    else expect(taken).toBe(ledger.forwarded);
    return ledger;
  }

  #address(protocol: "grpc" | "http"): string {
    const address = this.product.receivers.find((receiver) => receiver.id.endsWith(protocol))?.address();
    if (address === undefined) throw new Error(`the ${protocol} receiver does not listen`);
    return formatEndpoint(address);
  }
}

/** Starts stand-in and product; both are gone, and the books were checked, when the test ends. */
export async function productForTest(options: ProductOptions = {}): Promise<RunningProduct> {
  const clock = options.clock ?? new SkippableClock();
  const standin = await startStandin({ environment: clock, ...options.standin });
  onTestFinished(() => standin.close());
  const config = await loaded("", { overrides: [...ownSettings(standin), ...(options.set ?? [])] });
  const logger = new SilentLogger();
  const product = composeForTest(config, {
    clock,
    logger,
    memoryLimitBytes: options.memoryLimitBytes ?? 2 ** 31,
    reload: options.reload,
    history: options.history,
  });
  const duplicatesAllowed = options.duplicatesAllowed ?? false;
  const running = new RunningProduct(product, standin, { clock, logger, duplicatesAllowed });
  onTestFinished(async () => {
    await running.end();
  });
  expect(await startAll(product.components, logger)).toEqual({ started: true });
  product.gate.open();
  return running;
}

function composeForTest(
  config: Config,
  around: {
    readonly clock: SkippableClock;
    readonly logger: SilentLogger;
    readonly memoryLimitBytes: number;
    readonly reload: ProductOptions["reload"];
    readonly history: SummaryHistory | undefined;
  },
): Product {
  return compose(config, {
    environment: around.clock,
    logger: around.logger,
    version: "test",
    memoryLimitBytes: around.memoryLimitBytes,
    readConfig: around.reload?.read ?? (() => Promise.resolve({ ok: true, config })),
    watchedFiles: around.reload?.files ?? { paths: [] },
    parsePolicy: policyParser,
    ...(around.history === undefined ? {} : { history: around.history }),
  });
}

function ownSettings(standin: Standin): string[] {
  return [
    "receivers.otlp.protocols.grpc.endpoint=127.0.0.1:0",
    "receivers.otlp.protocols.http.endpoint=127.0.0.1:0",
    "admin.endpoint=127.0.0.1:0",
    "policy.path=",
    "sampling.seed=the same draws in every run",
    `exporters.posthog.host=${standin.url}`,
    `exporters.posthog.api_key=${STANDIN_TOKEN}`,
  ];
}

function expectExact(ledger: LedgerSnapshot): void {
  const { received, recovered, generated, forwarded, sampledOut, rejected, dropped, held, queued } = ledger;
  expect(ledger.error).toBe(0);
  expect(received + recovered + generated).toBe(forwarded + sampledOut + rejected + dropped + held + queued);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
