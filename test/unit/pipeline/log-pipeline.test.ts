import { describe, expect, it, vi } from "vitest";
import type { PipelineLine, PipelineRig } from "../../kit/pipeline/pipeline-rig.ts";
import { pipelineRig } from "../../kit/pipeline/pipeline-rig.ts";

const BUDGET = ["sampling.budget.keep_ratio=0.1"];
/** Five slices. */
const LARGE = 5 * 2048 - 100;

function lines(count: number, more: Partial<PipelineLine> = {}): PipelineLine[] {
  return Array.from({ length: count }, (_, i) => ({ body: `order ${i} shipped by truck ${i % 7}`, ...more }));
}

/** A pipeline that has rates and a plan, so that requests are sampled. */
async function seasoned(set: readonly string[] = BUDGET): Promise<PipelineRig> {
  const rig = await pipelineRig(set);
  for (let second = 0; second < 60; second++) {
    await rig.send(lines(100));
    rig.wait(1);
  }
  return rig;
}

describe("a request that the queue stores", () => {
  it.each(["none", "async"] as const)("is accepted and counted once (queue: %s)", async (fault) => {
    const rig = await seasoned();
    const before = rig.telemetry.ledger.snapshot();

    expect(await rig.send(lines(500), fault)).toEqual({ kind: "accepted", rejectedRecords: 0, message: "" });
    const after = rig.telemetry.ledger.snapshot();
    expect(after.received - before.received).toBe(500);
    expect(after.error).toBe(0);
    expect(rig.queue.open).toBe(0);
  });

  it.each(["none", "async"] as const)("is decided alike in one slice and in five (queue: %s)", async (fault) => {
    const rig = await seasoned();
    const before = rig.telemetry.ledger.snapshot();

    expect(await rig.send(lines(LARGE), fault)).toMatchObject({ kind: "accepted" });
    const after = rig.telemetry.ledger.snapshot();
    expect(after.received - before.received).toBe(LARGE);
    expect(after.error).toBe(0);
    expect(rig.queue.entries.at(-1)?.reasons.length).toBeGreaterThan(0);
  });

  it("reserves nothing when all of its records are dropped", async () => {
    const rig = await pipelineRig(BUDGET);
    const rule = { id: "mute", kind: "mute" as const, match: { service: "shop" } };
    rig.engine.setRules([rule], rig.env.wallMs, (id) => id);

    expect(await rig.send(lines(50))).toMatchObject({ kind: "accepted" });
    expect(rig.queue.entries).toEqual([]);
    expect(rig.queue.open).toBe(0);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ received: 50, error: 0 });
  });
});

describe("a request that the queue does not store", () => {
  it.each(["refuse", "throw", "reject", "half-way"] as const)(
    "is refused and moves no counter (queue: %s)",
    async (fault) => {
      const rig = await seasoned();
      const before = rig.counters();
      const failing = [...lines(400), ...lines(30, { severityNumber: 17, body: "disk failed on node 7" })];

      expect(await rig.send(failing, fault)).toMatchObject({ kind: "refused", cause: "queue_full" });
      expect(rig.counters()).toEqual(before);
    },
  );

  it.each(["throw", "reject", "half-way"] as const)("is undone in all of its slices (queue: %s)", async (fault) => {
    const rig = await seasoned();
    const before = rig.counters();

    expect(await rig.send(lines(LARGE), fault)).toMatchObject({ kind: "refused" });
    expect(rig.counters()).toEqual(before);
  });

  it("is undone under every kind of rule", async () => {
    const rig = await seasoned();
    rig.engine.setRules(
      [
        { id: "cap", kind: "cap", match: { body_contains: "truck 1" }, value: 400 },
        { id: "floor", kind: "floor", match: { body_contains: "truck 2" }, value: 60 },
        { id: "pin", kind: "pin", match: { body_contains: "truck 3" } },
        { id: "mute", kind: "mute", match: { body_contains: "truck 4" } },
      ],
      rig.env.wallMs,
      (id) => id,
    );
    await rig.send(lines(100));
    const before = rig.counters();
    for (let again = 0; again < 20; again++) await rig.send(lines(300), "throw");

    expect(rig.counters()).toEqual(before);
  });

  it("leaves its first lines owed", async () => {
    const rig = await seasoned();
    const novel = lines(1, { body: "certificate expired" });
    const novelKept = (): number => rig.telemetry.ledger.keptBy[3] ?? 0;
    await rig.send(novel, "reject");
    const before = novelKept();
    await rig.send(novel);

    expect(novelKept() - before).toBe(1);
  });

  it("is reported by health", async () => {
    const rig = await seasoned();
    await rig.send(lines(10), "throw");

    expect(rig.pipeline.health()).toMatchObject({ state: "degraded" });
  });
});

describe("a request whose processing throws", () => {
  it.each([1, 3, 5])("moves no counter when it throws after slice %i of five is decided", async (slice) => {
    const rig = await seasoned();
    const before = rig.counters();
    const { sampler } = rig.engine;
    const decide = sampler.decide.bind(sampler);
    let calls = 0;
    const spy = vi.spyOn(sampler, "decide").mockImplementation((records, decisions) => {
      decide(records, decisions);
      if (++calls === slice) throw new Error("Encode survivors: out of memory");
    });

    await expect(rig.send(lines(LARGE))).rejects.toThrow("out of memory");
    spy.mockRestore();
    expect(rig.counters()).toEqual(before);
  });

  it("moves no counter when it throws before its third slice is decided", async () => {
    const rig = await seasoned();
    const before = rig.counters();
    const { signature } = rig.engine;
    const assign = signature.assign.bind(signature);
    let calls = 0;
    const spy = vi.spyOn(signature, "assign").mockImplementation((batch, from, to) => {
      if (++calls === 3) throw new Error("Sign records: out of memory");
      assign(batch, from, to);
    });

    await expect(rig.send(lines(LARGE))).rejects.toThrow("out of memory");
    spy.mockRestore();
    expect(rig.counters()).toEqual(before);
  });

  it("releases the reservation of a request of one slice", async () => {
    const rig = await seasoned();
    const spy = vi.spyOn(rig.engine.sampler, "decide").mockImplementation(() => {
      throw new Error("Decide slice: out of memory");
    });

    await expect(rig.send(lines(10))).rejects.toThrow("out of memory");
    spy.mockRestore();
    expect(rig.queue.open).toBe(0);
    expect(rig.telemetry.ledger.snapshot().error).toBe(0);
  });

  it("is answered as invalid when its framing is damaged, and moves no counter", async () => {
    const rig = await seasoned();
    const before = rig.counters();
    const request = rig.request(lines(5));
    const origin = { trusted: false, peer: 0, transport: "http", transcoding: undefined } as const;

    expect(await rig.pipeline.consumeLogs(request.subarray(0, request.length - 3), origin)).toMatchObject({
      kind: "invalid",
    });
    expect(rig.counters()).toEqual(before);
  });
});

describe("context", () => {
  it("is held once and counted as sampled out when it leaves the ring", async () => {
    const rig = await seasoned();
    rig.wait(120);
    await rig.send(lines(1));
    const before = rig.telemetry.ledger.snapshot().held;
    await rig.send(lines(300));
    const held = rig.telemetry.ledger.snapshot().held - before;
    rig.wait(120);
    await rig.send(lines(1));

    expect(held).toBeGreaterThan(200);
    expect(rig.telemetry.ledger.snapshot().held).toBeLessThan(2);
    expect(rig.telemetry.ledger.snapshot().error).toBe(0);
  });
});
