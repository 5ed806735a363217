import { describe, expect, it } from "vitest";
import { newStage, signLine } from "../../../kit/signing.ts";

/** Words without digits, one for each number. */
function word(i: number): string {
  return [...String(i)].map((digit) => String.fromCharCode(103 + Number(digit))).join("");
}

describe("SignatureStage", () => {
  it("finds the row of a published id", () => {
    const signer = newStage();
    const row = signLine(signer, "user 5 logged in", "shop");

    expect(signer.patterns.find(signer.patterns.id(row))).toBe(row);
    expect(signer.patterns.id(row)).toMatch(/^1[A-Za-z0-9_-]{11}$/);
    expect(new TextDecoder().decode(signer.patterns.idBytes(row))).toBe(signer.patterns.id(row));
  });

  it("gives one template different patterns in different services and severity classes", () => {
    const signer = newStage();
    const rows = [
      signLine(signer, "a 1", "x", 9),
      signLine(signer, "a 2", "y", 9),
      signLine(signer, "a 3", "x", 17),
      signLine(signer, "a 4", "x", 10),
    ];

    expect(rows[3]).toBe(rows[0]);
    expect(new Set(rows).size).toBe(3);
  });

  it("stays at its cap through a flood of shapes, and calls onEvict for every row that it takes back", () => {
    const evicted: number[] = [];
    const signer = newStage({ maxPatterns: 64 }, { onEvict: (row) => evicted.push(row) });
    for (let i = 0; i < 10_000; i++) signLine(signer, `shape ${word(i)}`, "noisy");

    expect(signer.stats.rows).toBe(64);
    expect(evicted.length).toBe(signer.stats.created - 63);
  });

  it("lets a flood of shapes in one service evict no pattern of another", () => {
    const signer = newStage({ maxPatterns: 64 });
    const quiet = Array.from({ length: 8 }, (_, i) => signLine(signer, `calm ${word(i)}`, "quiet"));
    const ids = quiet.map((row) => signer.patterns.id(row));
    for (let i = 0; i < 5_000; i++) signLine(signer, `noise ${word(i)}`, "noisy");

    expect(ids.map((id) => signer.patterns.find(id))).toEqual(quiet);
  });

  it("counts the patterns of a policy document as known before their first line", () => {
    const signer = newStage();
    signer.seed([{ template: "user <*> | logged in", service: "shop", severityClass: 3 }], []);
    const row = signLine(signer, "user 77 | logged in", "shop");

    expect(signer.patterns.known(row)).toBe(true);
    expect(signer.stats.created).toBe(1);
  });

  it("keeps rows and aliases within maxPatterns when floods are too small for the breaker", () => {
    const signer = newStage({ maxServices: 200 });
    // No scope has lines enough for the breaker to judge it.
    for (let i = 0; i < 100_000; i++) signLine(signer, `job ${word(i)} was ${word(i * 31)}`, `s${i % 100}`);

    expect(signer.stats.rows).toBe(1000);
    expect(signer.stats.created - signer.stats.evicted).toBeLessThanOrEqual(1000);
    expect(signer.patterns.aliases().size).toBeLessThanOrEqual(1000);
  });
});
