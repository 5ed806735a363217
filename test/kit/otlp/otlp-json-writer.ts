/**
 * Writes a message of protobufjs's shape as OTLP/JSON in all the ways that senders may: keys in any order and either
 * case, integers as numbers or text, any escapes, any white space, unknown and null fields in between.
 * The schema comes from our .proto files by reflection; choices come from a seed.
 * The destination takes less than the specification allows: for it, keys are camelCase, 64-bit integers text, other
 * numbers plain, base64 padded, and no field is null.
 */
import protobuf from "protobufjs";

/** Uniform in [0, 1); mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Dialect = "any" | "destination";

export class OtlpJsonWriter {
  readonly #random: () => number;
  readonly #strict: boolean;

  constructor(seed: number, dialect: Dialect = "any") {
    this.#random = seededRandom(seed);
    this.#strict = dialect === "destination";
  }

  /** JSON text of `message`, whose keys are fields of `type`. */
  write(type: protobuf.Type, message: object): string {
    const members = Object.entries(message).map(([name, value]) => {
      const field = type.fields[name];
      if (field === undefined) throw new Error(`No field ${name} in ${type.name}`);
      return this.#member(this.#key(name), this.#field(field.resolve(), value));
    });
    if (this.#chance(0.1)) members.push(this.#member(this.#quote("unknownField"), this.#pick(UNKNOWN_VALUES)));
    const absent = type.fieldsArray.find((field) => !(field.name in message));
    if (!this.#strict && absent !== undefined && this.#chance(0.1))
      members.push(this.#member(this.#key(absent.name), "null"));
    return this.#list("{", this.#shuffle(members), "}");
  }

  #field(field: protobuf.Field, value: unknown): string {
    if (!field.repeated) return this.#single(field, value);
    const elements = value as readonly unknown[];
    return this.#list(
      "[",
      elements.map((element) => this.#single(field, element)),
      "]",
    );
  }

  #single(field: protobuf.Field, value: unknown): string {
    if (field.resolvedType instanceof protobuf.Type) return this.write(field.resolvedType, value as object);
    if (field.type === "string") return this.#quote(String(value));
    if (field.type === "bool") return String(value);
    if (field.type === "double") return this.#double(Number(value));
    if (field.type === "bytes") return this.#quote(this.#bytes(field.name, value as Uint8Array));
    return this.#integer(field.type, String(value));
  }

  /** Plain digits, or a fraction of zeros or a power of ten, which are integers too. */
  #integer(type: string, digits: string): string {
    if (this.#strict) return type.endsWith("64") ? `"${digits}"` : digits;
    const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
    if (this.#chance(0.9) || digits === "0") return this.#maybeQuoted(digits);
    if (zeros === 0 || this.#chance(0.5)) return this.#maybeQuoted(`${digits}.0`);
    return this.#maybeQuoted(`${digits.slice(0, -zeros)}${this.#pick(["e", "E", "e+"])}${zeros}`);
  }

  #double(value: number): string {
    if (!Number.isFinite(value)) return `"${value}"`;
    const shortest = Object.is(value, -0) ? "-0" : String(value);
    const text =
      Number.isInteger(value) && /^-?\d+$/.test(shortest) && this.#chance(0.3)
        ? `${shortest}.0`
        : this.#chance(0.3) && value !== 0
          ? value.toExponential()
          : shortest;
    return this.#strict ? text : this.#maybeQuoted(text);
  }

  #bytes(name: string, value: Uint8Array): string {
    const buffer = Buffer.from(value);
    if (name === "traceId" || name === "spanId") {
      const hex = buffer.toString("hex");
      return this.#chance(0.5) ? hex : hex.toUpperCase();
    }
    if (this.#strict) return buffer.toString("base64");
    if (this.#chance(0.3)) return buffer.toString("base64url");
    return this.#chance(0.5) ? buffer.toString("base64") : buffer.toString("base64").replaceAll("=", "");
  }

  #key(name: string): string {
    return this.#quote(
      !this.#strict && this.#chance(0.2) ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name,
      0.01,
    );
  }

  /** A JSON string; any character is escaped now and then, beyond U+FFFF as a surrogate pair. */
  #quote(text: string, escapes = 0.05): string {
    const escaped = JSON.stringify(text).slice(1, -1);
    const varied = escaped.replace(/\\u[0-9a-f]{4}|\\.|[\s\S]/gu, (unit) =>
      unit.startsWith("\\") || !this.#chance(escapes) ? unit : this.#escape(unit),
    );
    return `"${varied}"`;
  }

  #escape(character: string): string {
    const upper = this.#chance(0.5);
    return character.split("").reduce((text, unit) => {
      const hex = unit.charCodeAt(0).toString(16).padStart(4, "0");
      return `${text}\\u${upper ? hex.toUpperCase() : hex}`;
    }, "");
  }

  #maybeQuoted(number: string): string {
    return this.#chance(0.5) ? `"${number}"` : number;
  }

  #member(key: string, value: string): string {
    return `${key}${this.#space()}:${this.#space()}${value}`;
  }

  #list(open: string, items: readonly string[], close: string): string {
    return `${open}${this.#space()}${items.join(`${this.#space()},${this.#space()}`)}${this.#space()}${close}`;
  }

  #space(): string {
    return this.#chance(0.9) ? "" : this.#pick([" ", "\n", "\t", "\r\n  ", "     "]);
  }

  #shuffle(items: readonly string[]): string[] {
    return items
      .map((item) => ({ item, rank: this.#random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)]!;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
}

const UNKNOWN_VALUES: readonly string[] = ["1", '"x"', "null", "true", "-1.5e+3", "[[],{}]", '{"body":[{"a":"}"}]}'];
