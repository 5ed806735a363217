import { describe, expect, it } from "vitest";
import type { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";
import { newStage, plainTemplate, signLine } from "../../../../kit/signing.ts";

/** A word without digits for each number. */
function word(i: number): string {
  return [...String(i)].map((digit) => "ghijklmnop"[Number(digit)]).join("");
}

function explode(signer: SignatureStage, service: string, from: number, to: number, outcome = ""): void {
  for (let i = from; i < to; i++) signLine(signer, `${word(i)} ${word(i * 7)} ${outcome} ${word(i * 13)}`, service);
}

describe("ShapeBreaker", () => {
  it("reports a scope of ever new shapes as coarse patterns, counts its records and gives it no more rows", () => {
    const signer = newStage({ maxPatterns: 50_000 });
    explode(signer, "noisy", 0, 3000);
    const size = signer.stats.rows;
    explode(signer, "noisy", 3000, 20_000);

    expect(signer.stats.coarseScopes).toBe(1);
    expect(signer.stats.coarseRecords).toBeGreaterThan(16_000);
    expect(signer.stats.rows).toBeLessThan(size + 100);
    expect(signer.patterns.template(signLine(signer, "quux wibble wobble", "noisy"))).toMatch(/^\(various\) <.*>$/);
  });

  it("keeps outcomes apart in a coarse scope, and does not touch other services", () => {
    const signer = newStage({ maxPatterns: 50_000 });
    explode(signer, "noisy", 0, 3000);
    const failed = signLine(signer, "quux failed wibble", "noisy");
    const done = signLine(signer, "quux succeeded wobble", "noisy");
    const calm = signLine(signer, "quux failed wibble", "calm");

    expect(failed).not.toBe(done);
    expect(plainTemplate(signer, failed)).toBe("(various) failed <*>");
    expect(plainTemplate(signer, calm)).toBe("quux failed wibble");
  });

  it("gives a shape of a coarse scope its own pattern when it comes again, and closes when shapes repeat", () => {
    const signer = newStage({ maxPatterns: 50_000 });
    explode(signer, "noisy", 0, 3000);
    signLine(signer, "the door opened again", "noisy");
    const second = signLine(signer, "the door opened again", "noisy");
    expect(plainTemplate(signer, second)).toBe("the door opened again");
    for (let i = 0; i < 5000; i++) signLine(signer, `the door opened again after ${i} ms`, "noisy");

    expect(signer.stats.coarseScopes).toBe(0);
    expect(plainTemplate(signer, signLine(signer, "a fresh shape", "noisy"))).toBe("a fresh shape");
  });
});
