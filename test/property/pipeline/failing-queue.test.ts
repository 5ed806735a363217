/** The law of the transaction: whatever the queue does, a request counts whole or not at all, and the ledger closes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { QUEUE_FAULTS } from "../../kit/pipeline/faulty-queue.ts";
import type { PipelineLine } from "../../kit/pipeline/pipeline-rig.ts";
import { pipelineRig } from "../../kit/pipeline/pipeline-rig.ts";

const line: fc.Arbitrary<PipelineLine> = fc.record({
  service: fc.constantFrom("shop", "cart"),
  severityNumber: fc.constantFrom(5, 9, 13, 17, 21),
  body: fc.constantFrom("order 17 shipped", "cart 9 emptied", "payment 5 failed", "node 3 lost its disk", "probe ok"),
  traceId: fc.constantFrom("00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"),
});

const steps = fc.array(
  fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 40 }),
    repeat: fc.constantFrom(1, 1, 1, 60),
    fault: fc.constantFrom(...QUEUE_FAULTS),
    seconds: fc.constantFrom(0, 1, 30),
  }),
  { minLength: 1, maxLength: 12 },
);

test("a request that is not accepted moves no counter, and one that is counts once", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(0.02, 0.1, 0.5), async (all, keepRatio) => {
      const rig = await pipelineRig([`sampling.budget.keep_ratio=${keepRatio}`]);
      let accepted = 0;
      for (const { lines, repeat, fault, seconds } of all) {
        rig.wait(seconds);
        const before = rig.counters();
        const request = Array.from({ length: repeat }, () => lines).flat();
        const { kind } = await rig.send(request, fault);
        if (kind === "accepted") accepted += request.length;
        else expect(rig.counters()).toEqual(before);
        expect(rig.telemetry.ledger.snapshot()).toMatchObject({ received: accepted, error: 0 });
        expect(rig.queue.open).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});
