/**
 * A log line with holes: `"order {order} paid in {ms} ms"`. Every hole takes a fresh value of its kind, as an
 * application would write it; a hole's name is its kind, and kinds are a closed list.
 */
import type { SeededRandom } from "./seeded-random.ts";

type ValueMaker = (random: SeededRandom) => string;

const PATHS = ["/api/cart", "/api/orders", "/api/products", "/api/search", "/api/session", "/static/app.js"];
const METHODS = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
const WORDS = ["shoes", "lamp", "kettle", "desk", "jacket", "phone", "garden chair", "notebook", "tent", "coffee"];
const CURRENCIES = ["EUR", "USD", "GBP", "SEK", "JPY"];
const REGIONS = ["eu-central-1a", "eu-central-1b", "us-east-1c", "us-east-1d"];

/** What can stand between braces. */
const VALUE_MAKERS: ReadonlyMap<string, ValueMaker> = new Map<string, ValueMaker>([
  ["order", (random) => `ord_${random.hex(10)}`],
  ["user", (random) => String(random.between(100_000, 9_999_999))],
  ["session", (random) => random.hex(24)],
  ["hex", (random) => random.hex(16)],
  ["uuid", uuidText],
  ["ms", (random) => String(Math.ceil(random.longTailed(18, 1)))],
  ["seconds", (random) => random.longTailed(1.2, 0.8).toFixed(3)],
  ["n", (random) => String(random.below(40))],
  ["count", (random) => String(Math.ceil(random.longTailed(120, 1.2)))],
  ["bytes", (random) => String(Math.ceil(random.longTailed(6_000, 1.4)))],
  ["pct", (random) => String(random.between(3, 97))],
  ["amount", (random) => random.longTailed(38, 0.9).toFixed(2)],
  ["currency", (random) => random.pick(CURRENCIES)],
  ["sku", (random) => `SKU-${random.between(10_000, 99_999)}`],
  ["ip", (random) => `10.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`],
  ["port", (random) => String(random.between(30_000, 60_999))],
  ["host", (random) => `node-${random.hex(5)}.internal`],
  ["method", (random) => random.pick(METHODS)],
  ["path", (random) => `${random.pick(PATHS)}/${random.between(1, 999_999)}`],
  ["word", (random) => random.pick(WORDS)],
  ["region", (random) => random.pick(REGIONS)],
  ["email", (random) => `u${random.between(1_000, 999_999)}@mail.example`],
  ["version", (random) => `${random.between(1, 4)}.${random.between(0, 30)}.${random.between(0, 9)}`],
]);

export class LineTemplate {
  /** The text as it was given. */
  readonly text: string;
  readonly #literals: readonly string[];
  readonly #makers: readonly ValueMaker[];

  /** @throws RangeError when a hole names no kind of value */
  constructor(text: string) {
    const pieces = text.split(/\{([a-z]+)\}/);
    this.text = text;
    this.#literals = pieces.filter((_, index) => index % 2 === 0);
    this.#makers = pieces.filter((_, index) => index % 2 === 1).map(makerOf);
  }

  /** A line with fresh values. */
  render(random: SeededRandom): string {
    let line = this.#literals[0] ?? "";
    for (const [index, make] of this.#makers.entries()) line += make(random) + (this.#literals[index + 1] ?? "");
    return line;
  }
}

function makerOf(kind: string): ValueMaker {
  const maker = VALUE_MAKERS.get(kind);
  if (maker === undefined) {
    throw new RangeError(`Read a line template: no value kind {${kind}}, wanted one of ${[...VALUE_MAKERS.keys()]}`);
  }
  return maker;
}

function uuidText(random: SeededRandom): string {
  const hex = random.hex(31);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}
