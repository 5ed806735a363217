/** `lipservice demo`: the whole product on one machine, with no outside service. */
import type { Command } from "commander";
import type { CliContext } from "../cli/cli-io.ts";
import type { DemoOptions } from "../cli/demo-product.ts";
import { parseCount, parsePort } from "../cli/number-options.ts";

export function registerDemo(program: Command, { io, finish }: CliContext): void {
  program
    .command("demo")
    .description("the whole product on this machine: traffic with incidents, and a stand-in for PostHog")
    .option("--port <port>", "port of admin and console; 8888 or the next free one when left out", parsePort)
    .option("--duration <seconds>", "end after so long; 60 without a terminal", parseCount)
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import("../cli/demo-product.ts");
      finish(await runDemo(options, io));
    });
}
