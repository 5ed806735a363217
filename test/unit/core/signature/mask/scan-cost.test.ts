/** How the work grows with the input, by counting reads of bytes: wall time would measure the machine. */
import { describe, expect, it } from "vitest";
import { Scanner } from "../../../../../src/core/signature/mask/scanner.ts";
import { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";

const EXAMINED = 64 * 1024;

/** Bytes read one by one while a line is scanned; those that are copied four at a time are no source of repetition. */
function readsOf(line: string, maxBytes: number): number {
  const bytes = new TextEncoder().encode(line);
  let reads = 0;
  const counting = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && key >= "0" && key <= "9~") reads++;
      const value: unknown = Reflect.get(target, key, target);
      return value;
    },
  });
  new Scanner(maxBytes, 0, maxBytes).scan(counting, 0, bytes.length);
  return reads;
}

describe("the cost of a scan", () => {
  it.each([
    "word ",
    "5 ",
    "a.b/c ",
    "(",
    "[x, ",
    '"',
    "k=v ",
    "k=(",
    '{"a":',
    "'",
    "`",
    'a="b',
    "<",
    "::a",
    "\\",
    "天5",
    "f1(",
  ])("at most doubles with the line: %s", (unit) => {
    const half = readsOf(unit.repeat(EXAMINED / 4 / unit.length), EXAMINED);
    const whole = readsOf(unit.repeat(EXAMINED / 2 / unit.length), EXAMINED);

    expect(whole).toBeLessThanOrEqual(2.3 * half + 64);
  });

  it.each(["x", "1", "(", '"', "a.", "/"])("of a megabyte without a blank is that of what is examined: %s", (unit) => {
    expect(readsOf(unit.repeat(1 << 20), 2048)).toBeLessThan(2048 * 16);
  });
});

describe("very many distinct shapes", () => {
  it("leave the table within its cap", () => {
    const signer = new SignatureStage(
      { maxPatterns: 1000, maxBytes: 2048, maxServices: 200, hashKey: new Uint8Array(16) },
      () => {},
    );
    const letters = (i: number): string => [...String(i)].map((digit) => "ghijklmnop"[Number(digit)]).join("");
    // Scopes too small for the breaker to judge: each shape asks for a row.
    for (let i = 0; i < 100_000; i++) signer.signLine(`job ${letters(i)} was ${letters(i * 31)}`, `s${i % 100}`, 9);

    expect(signer.size).toBe(1000);
    expect(signer.createdTotal - signer.evictedTotal).toBeLessThanOrEqual(1000);
    expect(signer.aliases().size).toBeLessThanOrEqual(1000);
  });
});
