#!/usr/bin/env node
/**
 * The command `lipservice`: runs one verb and ends with its exit code. The process ends by itself when nothing is left
 * to do, so that output to a pipe is written whole.
 */
import { runCli } from "./cli/cli.ts";
import { processIo } from "./cli/process-io.ts";

process.exitCode = await runCli(process.argv.slice(2), processIo());
