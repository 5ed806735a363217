/** Completion scripts for shells, from the verbs, options and choices of a commander program. */
import type { Command, Option } from "commander";

export type Shell = "bash" | "zsh";

/** One verb: `lipservice` itself is the empty path. */
interface Words {
  /** Names from the root, each after a slash: /policy/rule. */
  readonly path: string;
  /** What may come next: subcommands and options. */
  readonly candidates: readonly string[];
  /** Option → the values that it takes. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export function completionScript(program: Command, shell: Shell): string {
  const words = wordsOf(program, "");
  const paths = words.map(({ path }) => path).filter((path) => path !== "");
  const candidates = words.map(({ path, candidates }) => `    "${path}") candidates="${candidates.join(" ")}" ;;`);
  const values = words.flatMap(({ path, values }) =>
    [...values].map(([option, choices]) => `    "${path} ${option}") candidates="${choices.join(" ")}" ;;`),
  );
  return shell === "bash" ? bashScript(paths, candidates, values) : zshScript(paths, candidates, values);
}

function wordsOf(command: Command, path: string): Words[] {
  const children = command.commands.filter((child) => child.name() !== "help");
  const options = command.options.filter((option) => !option.hidden);
  const flags = options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]));
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const own: Words = {
    path,
    candidates: [...children.map((child) => child.name()), ...choices, ...flags, "--help"],
    values: new Map(options.flatMap(choicesOf)),
  };
  return [own, ...children.flatMap((child) => wordsOf(child, `${path}/${child.name()}`))];
}

function choicesOf({ long, argChoices }: Option): (readonly [string, readonly string[]])[] {
  return long === undefined || long === null || argChoices === undefined ? [] : [[long, argChoices]];
}

/** Words are ours: letters, digits and hyphens, so nothing needs quoting. Files complete where nothing else fits. */
function bashScript(paths: readonly string[], candidates: readonly string[], values: readonly string[]): string {
  return `# Completion of lipservice for bash: source <(lipservice completion bash)
_lipservice() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local verb="" candidates="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case "$verb/$word" in
      ${paths.join("|")}) verb="$verb/$word" ;;
    esac
  done
  case "$verb" in
${candidates.join("\n")}
  esac
  case "$verb $previous" in
${values.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -o default -F _lipservice lipservice`;
}

/** `path` and `words` belong to zsh: the first is PATH. */
function zshScript(paths: readonly string[], candidates: readonly string[], values: readonly string[]): string {
  return `#compdef lipservice
# Completion of lipservice for zsh: source <(lipservice completion zsh)
_lipservice() {
  local verb="" candidates="" word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$verb/$word" in
      ${paths.join("|")}) verb="$verb/$word" ;;
    esac
  done
  case "$verb" in
${candidates.join("\n")}
  esac
  case "$verb \${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  compadd -- \${=candidates} || _files
}
compdef _lipservice lipservice`;
}
