/**
 * A value that must not be shown. It prints as its mask wherever printing is implicit (template strings, JSON, inspect,
 * console, loggers); `reveal` is the only way to the value, so that a search for it finds every use.
 */
export const REDACTED = "[redacted]";

export class Secret {
  readonly #value: string;
  readonly #mask: string;
  /** Path of the file that the value was read from, for those who re-read it after a rotation. */
  readonly file: string | undefined;

  /**
   * @param value what is kept
   * @param mask what may be shown of it, the value's harmless part (a URL without its password); "[redacted]" by
   * default
   * @param file where it was read from
   */
  constructor(value: string, mask: string = REDACTED, file?: string) {
    this.#value = value;
    this.#mask = mask;
    this.file = file;
  }

  /** The value itself: only where it is used, never on the way to a person. */
  reveal(): string {
    return this.#value;
  }

  get isEmpty(): boolean {
    return this.#value === "";
  }

  /** The mask; an empty secret hides nothing and prints as nothing. */
  toString(): string {
    return this.#value === "" ? "" : this.#mask;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.toPrimitive](): string {
    return this.toString();
  }

  static {
    // What util.inspect and console look for.
    Object.defineProperty(Secret.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: Secret): string {
        return `Secret(${this.toString()})`;
      },
    });
  }
}

/**
 * A URL whose user and password, query and fragment are hidden: redis://[redacted]@cache:6379/0.
 * Text that is no URL is hidden whole.
 */
export function secretUrl(text: string, file?: string): Secret {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.host === "") return new Secret(text, REDACTED, file);
  const user = url.username === "" && url.password === "" ? "" : `${REDACTED}@`;
  const query = url.search === "" && url.hash === "" ? "" : `?${REDACTED}`;
  return new Secret(text, `${url.protocol}//${user}${url.host}${url.pathname}${query}`, file);
}
