/** `lipservice demo`: the whole product on one machine, with no outside service. */
import type { Command } from "commander";
import type { CliContext } from "../cli/cli-io.ts";
import type { DemoOptions } from "../cli/demo-product.ts";
import { parseCount, parsePort } from "../cli/number-options.ts";

export function registerDemo(program: Command, { io, finish }: CliContext): void {
  program
    .command("demo")
    .description("run the whole product on this machine, with traffic, incidents and a stand-in for PostHog")
    .option("--port <port>", "admin and console port; without it, 8888 or the next free port", parsePort)
    .option("--duration <seconds>", "end after this many seconds; without a terminal the default is 60", parseCount)
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import("../cli/demo-product.ts");
      finish(await runDemo(options, io));
    });
}
