/**
 * Arguments → verb. Only the file of the verb that was named is loaded, so that `version` does not pay for what `run`
 * needs. Every failure is one sentence on standard error.
 */
import { Command, CommanderError } from "commander";
import { oneLine } from "../../src/config/problem.ts";
import type { CliContext, CliIo, ExitCode } from "./cli-io.ts";
import { productVersion } from "./product-version.ts";
import type { Verb } from "./verb-table.ts";
import { VERBS } from "./verb-table.ts";

/** @param args what follows `lipservice`; never throws */
export async function runCli(args: readonly string[], io: CliIo): Promise<ExitCode> {
  let code: ExitCode = 0;
  const context: CliContext = {
    io,
    finish: (ended) => {
      code = ended;
    },
    wholeProgram: () => wholeProgram(context),
  };
  const named = namedVerb(args);
  const program = newProgram(io, named);
  try {
    await addVerbs(program, context, named);
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(`lipservice: ${oneLine(error instanceof Error ? error.message : "unknown failure")}`);
    return 1;
  }
}

async function wholeProgram(context: CliContext): Promise<Command> {
  const program = newProgram(context.io);
  for (const verb of VERBS) (await verb.load())(program, context);
  return program;
}

function newProgram(io: CliIo, named?: Verb): Command {
  return new Command("lipservice")
    .description("Adaptive sampling of OTLP logs in front of PostHog, with weights that keep counts correct")
    .version(productVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      outputError: (text) => io.err(usageError(text, named)),
    });
}

/** commander's error, in one line, with where to read on. */
function usageError(text: string, named: Verb | undefined): string {
  const [first = "", ...more] = text
    .trim()
    .replace(/^error: /, "")
    .split("\n");
  const hint = more.length === 0 ? "" : ` ${more.join(" ")}`;
  const place = named === undefined ? "" : ` ${named.name}`;
  return `lipservice: ${oneLine(`${first}${hint}`)}; see lipservice${place} --help`;
}

/** The verb that the arguments name, `help VERB` included. */
function namedVerb(args: readonly string[]): Verb | undefined {
  const words = args.filter((argument) => !argument.startsWith("-"));
  const name = words[0] === "help" ? words[1] : words[0];
  return VERBS.find((verb) => verb.name === name);
}

async function addVerbs(program: Command, context: CliContext, named: Verb | undefined): Promise<void> {
  for (const verb of VERBS) {
    if (verb === named) (await verb.load())(program, context);
    else program.command(verb.name).description(verb.summary);
  }
}
