/**
 * Our own log: one line of JSON a message, written synchronously, so that the last words before a crash are there.
 * Promises that a line holds no control, bidirectional or line-separator character, no field beyond the bounds of
 * log-fields.ts, and that a closed (EPIPE) or slow (EAGAIN) reader never ends the process.
 */

import type { Logger as PinoLogger } from "pino";
import { pino, destination as pinoDestination, stdTimeFunctions } from "pino";
import type { Logger } from "../model/ports/logger.ts";
import { loggableFields } from "./log-fields.ts";
import { escapeUnprintable } from "./printable.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerSettings {
  readonly level: LogLevel;
}

/** Where whole lines go, each with its newline. */
export interface LogDestination {
  write(line: string): void;
}

/** A Logger whose level can change while it runs, for itself and all its children. */
export interface ProcessLogger extends Logger {
  setLevel(level: LogLevel): void;
}

/**
 * @param settings lowest level that is printed
 * @param destination standardOutput(), or a list of lines in a test
 */
export function createLogger(settings: LoggerSettings, destination: LogDestination): ProcessLogger {
  // A line's own newline is the only control character that may pass.
  const printable: LogDestination = { write: (line) => destination.write(`${escapeUnprintable(line.trimEnd())}\n`) };
  const pinoLogger = pino(
    {
      // The threshold is ours: pino fixes a child's level when the child is made.
      level: "debug",
      base: null,
      messageKey: "message",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    printable,
  );
  return new PinoBackedLogger(pinoLogger, { rank: LOG_LEVELS.indexOf(settings.level) }, {});
}

/** @param descriptor 1 = stdout, 2 = stderr (for verbs whose stdout is data) */
export function standardOutput(descriptor: 1 | 2): LogDestination {
  const stream = pinoDestination({ fd: descriptor, sync: true });
  // The reader is gone, so the error cannot be reported.
  stream.on("error", () => undefined);
  return stream;
}

/** The level that the whole tree of loggers shares. */
interface Threshold {
  rank: number;
}

class PinoBackedLogger implements ProcessLogger {
  readonly #pino: PinoLogger;
  readonly #threshold: Threshold;
  readonly #bindings: Readonly<Record<string, string>>;

  constructor(pinoLogger: PinoLogger, threshold: Threshold, bindings: Readonly<Record<string, string>>) {
    this.#pino = pinoLogger;
    this.#threshold = threshold;
    this.#bindings = bindings;
  }

  debug(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#write("debug", fields, message);
  }

  info(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#write("info", fields, message);
  }

  warn(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#write("warn", fields, message);
  }

  error(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.#write("error", fields, message);
  }

  child(bindings: Readonly<Record<string, string>>): ProcessLogger {
    // Merged here and not by pino, which would print a field twice that both child and call name.
    return new PinoBackedLogger(this.#pino, this.#threshold, { ...this.#bindings, ...bindings });
  }

  setLevel(level: LogLevel): void {
    this.#threshold.rank = LOG_LEVELS.indexOf(level);
  }

  #write(level: LogLevel, fields: Readonly<Record<string, unknown>>, message: string): void {
    if (LOG_LEVELS.indexOf(level) < this.#threshold.rank) return;
    this.#pino[level](loggableFields({ ...this.#bindings, ...fields }), message);
  }
}
