import { describe, expect, it } from "vitest";
import { engineSettings, REPLAY_IDENTITY } from "../../../../src/assembly/engine-settings.ts";
import { Engine } from "../../../../src/core/engine/engine.ts";
import { Decisions } from "../../../../src/core/sampling/decide/decisions.ts";
import { Sampler } from "../../../../src/core/sampling/sampler.ts";
import { loaded } from "../../../kit/config-host.ts";
import { buildRequest } from "../../../kit/otlp/record-builder.ts";

const SENDER = { trusted: false, peer: 0 } as const;
const START_MS = 1_700_000_000_000;
const OVERRIDES = ["sampling.mode=enforce", "sampling.budget.keep_ratio=0.1"];
const at = (second: number) => ({ monoMs: START_MS + 1000 * second, wallMs: START_MS + 1000 * second });

function request(second: number): Uint8Array {
  const records = Array.from({ length: 200 }, (_, i) => ({
    body: i % 40 === 0 ? `disk ${i} failed` : `order ${second * 200 + i} shipped by truck ${i % 5}`,
    severityNumber: i % 40 === 0 ? 17 : 9,
    time: START_MS + 1000 * second,
  }));
  return buildRequest([{ resource: { "service.name": "shop" }, records }]);
}

async function settings(): Promise<ConstructorParameters<typeof Engine>[0]> {
  return engineSettings(await loaded("", { overrides: OVERRIDES }), REPLAY_IDENTITY, Number.POSITIVE_INFINITY);
}

/** Runs `seconds` requests; `beside` is called when a request is decided, before it is committed. */
function run(engine: Engine, seconds: number, beside?: (request: ReturnType<Engine["begin"]>, second: number) => void) {
  const kept: number[][] = [];
  for (let second = 0; second < seconds; second++) {
    const transaction = engine.begin(request(second), SENDER);
    while (!transaction.index());
    engine.advance(at(second), 0);
    transaction.step(at(second));
    beside?.(transaction, second);
    const { decisions, batch } = transaction;
    kept.push([...decisions.keep.subarray(0, batch.recordCount), ...decisions.weight.subarray(0, batch.recordCount)]);
    transaction.commit(at(second), transaction.survivors()?.payload.length ?? 0);
    transaction.end();
  }
  return kept;
}

describe("two samplers on one request", () => {
  it("decide it side by side without influence on each other", async () => {
    const alone = run(new Engine(await settings()), 60);
    const engine = new Engine(await settings());
    const { sampling } = await settings();
    const probe = { attributeEquals: () => false, bodyContains: () => false };
    const candidate = new Sampler(
      { ...sampling, budget: { ...sampling.budget, keepRatio: 0.02 }, maxPatterns: engine.signature.patterns.capacity },
      engine.signature.patterns,
      probe,
    );
    const decisions = new Decisions(200);
    let keptByCandidate = 0;
    const shadowed = run(engine, 60, ({ batch }, second) => {
      const columns = [batch.pattern, batch.marks, batch.severity].map((column) => column.slice());
      candidate.advance(at(second), 0);
      candidate.decide({ batch, from: 0, to: batch.recordCount, index: 0, now: at(second), sender: SENDER }, decisions);
      keptByCandidate += decisions.counts(0).keptRecords;
      expect([batch.pattern, batch.marks, batch.severity]).toEqual(columns);
    });

    expect(shadowed).toEqual(alone);
    expect(keptByCandidate).toBeGreaterThan(0);
    expect(candidate.view.service("shop")?.received).toBe(60 * 200);
    expect(candidate.view.budget().granted).toBeLessThan(engine.sampler.view.budget().granted);
  });
});

describe("RequestTransaction", () => {
  it("undoes a request that ends without a commit", async () => {
    const engine = new Engine(await settings());
    run(engine, 5);
    const before = engine.sampler.view.service("shop");
    const transaction = engine.begin(request(5), SENDER);
    while (!transaction.index());
    transaction.step(at(5));
    expect(engine.sampler.view.service("shop")?.received).toBe(1200);
    transaction.end();

    expect(engine.sampler.view.service("shop")).toEqual(before);
  });

  it("allows a second end without effect", async () => {
    const engine = new Engine(await settings());
    const transaction = engine.begin(request(0), SENDER);
    transaction.end();
    transaction.end();

    const [one, two] = [engine.begin(request(0), SENDER), engine.begin(request(0), SENDER)];
    expect(one.batch).not.toBe(two.batch);
  });

  it("decides nothing and has no survivors for a request without records", async () => {
    const engine = new Engine(await settings());
    const transaction = engine.begin(new Uint8Array(0), SENDER);
    expect(transaction.index()).toBe(true);

    expect(transaction.step(at(0))).toBe(false);
    expect(transaction.survivors()).toBeUndefined();
  });

  it("shares no memory with another open transaction", async () => {
    const engine = new Engine(await settings());
    const first = engine.begin(request(0), SENDER);
    while (!first.index());
    first.step(at(0));
    const kept = first.decisions.keep.slice(0, 200);
    run(engine, 3);

    expect(first.decisions.keep.subarray(0, 200)).toEqual(kept);
    first.end();
  });
});
