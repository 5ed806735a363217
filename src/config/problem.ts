/** What is wrong with a configuration, or doubtful: where it stands, which setting, what it is and what is wanted. */

/** A place in one source of configuration. */
export interface SourcePosition {
  /** A file's path, env:NAME, "--set", "environment variable NAME", or "defaults". */
  readonly file: string;
  /** From 1; undefined where a source has no lines. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

export interface ConfigProblem extends SourcePosition {
  /** Dotted path of the setting; empty for the document itself. */
  readonly path: string;
  /** One sentence without its final period; holds no secret and no value that was substituted. */
  readonly message: string;
  /** What to do, when that can be told: did you mean "max_patterns"? */
  readonly suggestion: string | undefined;
}

export type PathSegment = string | number;

/** sampling.rules[0].match.attributes["http.route"] */
export function formatPath(path: readonly PathSegment[]): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(segment)) return `${text}[${JSON.stringify(segment)}]`;
    return text === "" ? segment : `${text}.${segment}`;
  }, "");
}

/** lipservice.yaml:12:5: sampling.max_patterns is "many"; wanted …: one line, control characters escaped. */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  const suggestion = problem.suggestion === undefined ? "" : ` (${problem.suggestion})`;
  return oneLine(`${place}: ${problem.message}${suggestion}`);
}

/** Control characters would let a value forge lines or steer a terminal. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
