import { execFileSync } from "node:child_process";
import { Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { completionScript } from "../../../../cmd/cli/completion-script.ts";

function program(): Command {
  const root = new Command("lipservice").exitOverride();
  root
    .command("health")
    .option("--ready")
    .addOption(new Option("--output <format>").choices(["table", "json"]));
  const rule = root.command("policy").command("rule");
  rule.command("add").addOption(new Option("--kind <kind>").choices(["pin", "mute"]));
  rule.command("remove");
  const completion = root.command("completion");
  completion.addArgument(completion.createArgument("<shell>").choices(["bash", "zsh"]));
  return root;
}

/** What bash offers for these words; the last one is being typed. */
function offered(...words: readonly string[]): string[] {
  const script = `${completionScript(program(), "bash")}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_lipservice
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\n").filter(Boolean);
}

describe("completionScript", () => {
  it("offers verbs, then what belongs to them, in bash", () => {
    expect(offered("lipservice", "")).toEqual(["health", "policy", "completion", "--help"]);
    expect(offered("lipservice", "he")).toEqual(["health"]);
    expect(offered("lipservice", "health", "--")).toEqual(["--ready", "--output", "--help"]);
    expect(offered("lipservice", "policy", "rule", "")).toEqual(["add", "remove", "--help"]);
    expect(offered("lipservice", "policy", "rule", "add", "--kind", "")).toEqual(["pin", "mute"]);
    expect(offered("lipservice", "health", "--output", "j")).toEqual(["json"]);
    expect(offered("lipservice", "completion", "z")).toEqual(["zsh"]);
  });

  it("is not confused by values that look like verbs of another place", () => {
    expect(offered("lipservice", "policy", "rule", "add", "remove", "--k")).toEqual(["--kind"]);
  });

  it("writes the same words for zsh, without the names that zsh keeps for itself", () => {
    const script = completionScript(program(), "zsh");

    expect(script).toMatch(/^#compdef lipservice\n/);
    expect(script).toContain('"/policy/rule") candidates="add remove --help" ;;');
    expect(script).toContain('"/health --output") candidates="table json" ;;');
    expect(script).not.toMatch(/\b(path|words)=/);
  });
});
