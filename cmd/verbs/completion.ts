/** `lipservice completion`: a script for the shell, made from the verbs themselves. */
import type { Command } from "commander";
import type { CliContext } from "../cli/cli-io.ts";
import type { Shell } from "../cli/completion-script.ts";
import { completionScript } from "../cli/completion-script.ts";

export function registerCompletion(program: Command, { io, finish, wholeProgram }: CliContext): void {
  const command = program.command("completion").description("print a completion script for bash or zsh");
  const shell = command.createArgument("<shell>", "bash or zsh").choices(["bash", "zsh"]);
  command.addArgument(shell).action(async (name: Shell) => {
    io.out(completionScript(await wholeProgram(), name));
    finish(0);
  });
}
