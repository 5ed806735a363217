import { describe, expect, it } from "vitest";
import { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";

const INFO = 9;

function stage(): SignatureStage {
  return new SignatureStage(
    { maxPatterns: 50_000, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) },
    () => {},
  );
}

/** A word without digits for each number. */
function word(i: number): string {
  return [...String(i)].map((digit) => "ghijklmnop"[Number(digit)]).join("");
}

function explode(signer: SignatureStage, service: string, from: number, to: number, outcome = ""): void {
  for (let i = from; i < to; i++)
    signer.signLine(`${word(i)} ${word(i * 7)} ${outcome} ${word(i * 13)}`, service, INFO);
}

describe("a scope where nearly every line is a new shape", () => {
  it("is reported coarsely, counted, and takes no more rows", () => {
    const signer = stage();
    explode(signer, "noisy", 0, 3000);
    const size = signer.size;
    explode(signer, "noisy", 3000, 20_000);

    expect(signer.coarseScopes).toBe(1);
    expect(signer.coarseTotal).toBeGreaterThan(16_000);
    expect(signer.size).toBeLessThan(size + 100);
    expect(signer.template(signer.signLine("quux wibble wobble", "noisy", INFO))).toMatch(/^\(various\) <.*>$/);
  });

  it("still tells outcomes apart, and leaves other services alone", () => {
    const signer = stage();
    explode(signer, "noisy", 0, 3000);
    const failed = signer.signLine("quux failed wibble", "noisy", INFO);
    const done = signer.signLine("quux succeeded wobble", "noisy", INFO);
    const calm = signer.signLine("quux failed wibble", "calm", INFO);

    expect(failed).not.toBe(done);
    expect(signer.table.template(failed)).toBe("(various) failed <*>");
    expect(signer.table.template(calm)).toBe("quux failed wibble");
  });

  it("gives a shape that comes again its own pattern, and recovers when shapes repeat", () => {
    const signer = stage();
    explode(signer, "noisy", 0, 3000);
    signer.signLine("the door opened again", "noisy", INFO);
    const second = signer.signLine("the door opened again", "noisy", INFO);
    expect(signer.table.template(second)).toBe("the door opened again");
    for (let i = 0; i < 5000; i++) signer.signLine(`the door opened again after ${i} ms`, "noisy", INFO);

    expect(signer.coarseScopes).toBe(0);
    expect(signer.table.template(signer.signLine("a fresh shape", "noisy", INFO))).toBe("a fresh shape");
  });
});
