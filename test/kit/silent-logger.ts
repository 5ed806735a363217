/** A Logger that prints nothing and remembers everything, children included, so that a test can ask what was said. */
import type { Logger } from "../../src/model/ports/logger.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  /** Bindings of the children it came through, then the call's own fields. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export class SilentLogger implements Logger {
  /** Shared by all children: what the whole tree said, in order. */
  readonly lines: LogLine[];
  readonly #bindings: Readonly<Record<string, string>>;

  constructor(lines: LogLine[] = [], bindings: Readonly<Record<string, string>> = {}) {
    this.lines = lines;
    this.#bindings = bindings;
  }

  debug(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#say("debug", fields, message);
  }

  info(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#say("info", fields, message);
  }

  warn(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#say("warn", fields, message);
  }

  error(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#say("error", fields, message);
  }

  child(bindings: Readonly<Record<string, string>>): SilentLogger {
    return new SilentLogger(this.lines, { ...this.#bindings, ...bindings });
  }

  #say(level: LogLine["level"], fields: Readonly<Record<string, unknown>>, message: string): void {
    this.lines.push({ level, fields: { ...this.#bindings, ...fields }, message });
  }
}
