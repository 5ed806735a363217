/** What edges may say in our own logs: a constant sentence and closed-vocabulary fields; never a body, an attribute or a key. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  child(bindings: Readonly<Record<string, string>>): Logger;
}
