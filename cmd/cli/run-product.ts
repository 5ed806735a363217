/**
 * The life of a running product: start in order, serve, drain on the first SIGTERM or SIGINT, end at once on the
 * second, reload on SIGHUP. Returns the exit code; exiting is the command's business.
 */
import type { Product, Surroundings } from "../../src/compose.ts";
import { compose } from "../../src/compose.ts";
import type { Config } from "../../src/config/config.ts";
import { formatEndpoint } from "../../src/config/endpoint.ts";
import { listNames, modeExceptions } from "../../src/config/mode-exceptions.ts";
import { shutdownAll, startAll } from "../../src/runtime/lifecycle.ts";
import { installSignalHandlers } from "../../src/runtime/signals.ts";

/** Kubernetes grants 30 s by default; the last seconds are for counting what is abandoned. */
const DRAIN_DEADLINE_MS = 25_000;

export interface RunOutcome {
  readonly exitCode: 0 | 1;
  /** Why, when it is 1: one sentence for stderr. */
  readonly message: string;
}

/** @param onReady called once everything listens */
export async function runProduct(
  config: Config,
  surroundings: Surroundings,
  onReady: (product: Product) => void,
): Promise<RunOutcome> {
  const { logger } = surroundings;
  const product = compose(config, surroundings);
  const abort = new AbortController();
  let stop: (() => void) | undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const removeHandlers = installSignalHandlers({
    drain: (signal) => {
      logger.info({ signal }, "draining");
      stop?.();
    },
    abort: () => abort.abort(),
    reload: () => {
      void product.reloader.reload();
    },
  });
  try {
    const outcome = await startAll(product.components, logger);
    if (!outcome.started) return { exitCode: 1, message: `${outcome.component} could not start: ${outcome.message}` };
    product.gate.open();
    announce(product, surroundings);
    onReady(product);
    await stopped;
    return await drain(product, surroundings, abort.signal);
  } finally {
    removeHandlers();
  }
}

function announce(product: Product, { logger, version }: Surroundings): void {
  const listening = product.receivers.map((receiver) => {
    const address = receiver.address();
    return `${receiver.id} ${address === undefined ? "" : formatEndpoint(address)}`;
  });
  const { sampling } = product.parts.config;
  const exceptions = Object.entries(modeExceptions(sampling)).map(([service, mode]) => `${service}: ${mode}`);
  const modes = exceptions.length === 0 ? {} : { mode_exceptions: listNames(exceptions) };
  logger.info({ version, mode: sampling.mode, ...modes, listening: listening.join(", ") }, "lipservice is ready");
}

async function drain(product: Product, { logger }: Surroundings, aborted: AbortSignal): Promise<RunOutcome> {
  product.beginDrain();
  const limits = { deadlineMs: DRAIN_DEADLINE_MS, hurry: aborted };
  const outcome = await shutdownAll(product.components, limits, logger);
  const ledger = product.parts.telemetry.ledger.snapshot();
  logger.info({ ...ledger }, "stopped");
  if (aborted.aborted) return { exitCode: 1, message: "stopped at once: what was queued is lost" };
  if (outcome.unfinished.length === 0) return { exitCode: 0, message: "" };
  return { exitCode: 1, message: `${outcome.unfinished.join(", ")} did not finish before the deadline` };
}
