/** `lipservice run`: runs the sidecar until a signal stops it. */
import type { Command } from "commander";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { ConfigOptions } from "../cli/config-options.ts";
import { addConfigOptions } from "../cli/config-options.ts";
import { loadProductConfig } from "../cli/load-product-config.ts";
import { productVersion } from "../cli/product-version.ts";

const MIB = 1024 * 1024;
/** Where overload is refused without a kill, by test/integration/product/small-memory.test.ts. */
const SMALLEST_MEMORY_BYTES = 128 * MIB;

export function registerRun(program: Command, { io, finish }: CliContext): void {
  const command = program
    .command("run")
    .description("run the sidecar; without a file it uses defaults and the environment");
  addConfigOptions(command).action(async (options: ConfigOptions) => finish(await run(options, io)));
}

async function run(options: ConfigOptions, io: CliIo): Promise<ExitCode> {
  const config = await loadProductConfig(io, options, "run");
  if (config === undefined) return 1;
  const { resolveMemoryLimit } = await import("../../src/runtime/memory-limit.ts");
  const limit = resolveMemoryLimit(config.limits.memory);
  const { fitHeap } = await import("../../src/runtime/heap-launcher.ts");
  const plan = fitHeap(limit);
  const [{ runProduct }, { createLogger, standardOutput }, { policyParser }] = await Promise.all([
    import("../cli/run-product.ts"),
    import("../../src/telemetry/process-logger.ts"),
    import("../cli/policy-parser.ts"),
  ]);
  const logger = createLogger({ level: config.service.telemetry.logs.level }, standardOutput(1));
  if (limit.bytes < SMALLEST_MEMORY_BYTES) {
    const mib = Math.floor(limit.bytes / MIB);
    logger.warn(
      { memoryMib: mib, smallestMib: SMALLEST_MEMORY_BYTES / MIB },
      "the memory limit is too small to survive overload",
    );
  }
  if (plan.action === "adjust") {
    logger.info({ flags: plan.flags.join(" ") }, "start Node with these flags, so that its heap fits the memory limit");
  }
  const outcome = await runProduct(
    config,
    {
      environment: io.environment,
      logger,
      version: productVersion(),
      memoryLimitBytes: limit.bytes,
      readConfig: () => readAgain(io, options),
      watchedFiles: { paths: options.config.filter((source) => !source.startsWith("env:")) },
      parsePolicy: policyParser,
    },
    () => undefined,
  );
  if (outcome.message !== "") io.err(`lipservice: ${outcome.message}`);
  return outcome.exitCode;
}

/** For reloads: errors are an answer, not output. */
async function readAgain(
  io: CliIo,
  options: ConfigOptions,
): Promise<Awaited<ReturnType<import("../../src/assembly/reloader.ts").ConfigReader>>> {
  const { loadConfig } = await import("../../src/config/load.ts");
  const { nodeConfigHost } = await import("../../src/config/node-config-host.ts");
  const { formatProblem } = await import("../../src/config/problem.ts");
  const request = { sources: options.config, overrides: options.set, purpose: "run" as const };
  const result = await loadConfig(request, nodeConfigHost(io.env));
  return result.ok ? { ok: true, config: result.config } : { ok: false, errors: result.errors.map(formatProblem) };
}
