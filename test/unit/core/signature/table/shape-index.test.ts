import { describe, expect, it } from "vitest";
import { ShapeIndex } from "../../../../../src/core/signature/table/shape-index.ts";
import { TemplateHash } from "../../../../../src/core/signature/table/template-hash.ts";
import { SeededRandom } from "../../../../../tools/loadgen/world/seeded-random.ts";
import { runSeedOr } from "../../../../kit/run-seed.ts";

const ROWS = 200;
const SEED = runSeedOr(11);

function wordsOf(text: string): Int32Array {
  const bytes = new TextEncoder().encode(text);
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

describe("ShapeIndex", () => {
  it("finds every stored template while rows come and go and the arena is compacted many times", () => {
    const random = new SeededRandom(SEED, "shapes");
    const index = new ShapeIndex(ROWS, 16 * 1024, new TemplateHash(new Uint8Array(16)));
    const texts = new Map<number, string>();
    const free = Array.from({ length: ROWS }, (_, row) => row);
    for (let step = 0; step < 5000; step++) {
      const words = wordsOf(`${step} ${"x".repeat(random.between(1, 200))}`);
      while (free.length === 0 || !index.canHold(words.length)) {
        const victim = random.pick([...texts.keys()]);
        index.remove(victim);
        texts.delete(victim);
        free.push(victim);
      }
      const row = free.pop() ?? 0;
      index.store(row, 3, words, 0, words.length);
      texts.set(row, new TextDecoder().decode(new Uint8Array(words.buffer)).replace(/\0+$/, ""));
      if (step % 100 !== 0) continue;
      for (const [used, text] of texts) {
        expect(index.template(used), `seed ${SEED}, step ${step}`).toBe(text);
        const words = wordsOf(text);
        expect(index.find(3, words, 0, words.length)).toBe(used);
      }
    }
    expect(texts.size).toBeGreaterThan(50);
  });
});
