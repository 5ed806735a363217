import fc from "fast-check";
import { expect, test } from "vitest";
import { Decisions } from "../../../src/core/sampling/decide/decisions.ts";
import { KEEP_REASONS } from "../../../src/model/decision.ts";
import type { SamplingRule } from "../../../src/model/policy.ts";
import { severityClassOf } from "../../../src/model/severity.ts";
import type { RigRecord } from "../../kit/sampling/sampling-rig.ts";
import { rigPatternId, SamplingRig } from "../../kit/sampling/sampling-rig.ts";

const PATTERNS = 14;
const severityOf = (pattern: number): number => (pattern % 5 === 4 ? 17 : 9);
const serviceOf = (pattern: number): string => (pattern % 2 === 0 ? "even" : "odd");

const record: fc.Arbitrary<RigRecord> = fc.record({
  pattern: fc.integer({ min: 0, max: PATTERNS - 1 }),
  bytes: fc.constantFrom(50, 200, 900, 40_000),
  trace: fc.integer({ min: 0, max: 6 }),
  body: fc.constantFrom("plain", "probe"),
});

const rules: fc.Arbitrary<SamplingRule[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom("a", "b", "c", "d"),
    kind: fc.constantFrom("pin" as const, "floor" as const, "cap" as const, "mute" as const),
    match: fc.constantFrom<SamplingRule["match"]>(
      { service: "odd" },
      { severity_min: "error" },
      { pattern: rigPatternId(3) },
      { body_contains: "probe" },
    ),
    value: fc.constantFrom(20, 600),
  }),
  { maxLength: 3, selector: (rule) => rule.id },
);

const traffic = fc.array(
  fc.record({
    pauseMs: fc.constantFrom(0, 100, 1000, 12_000, 700_000),
    records: fc.array(record, { maxLength: 60 }),
    repeat: fc.constantFrom(1, 1, 20),
  }),
  { maxLength: 8 },
);

test("an explanation names the reason and the probability that deciding the record then gives", () => {
  fc.assert(
    fc.property(
      rules,
      traffic,
      record,
      fc.constantFrom(undefined, 0.02, 0.3),
      fc.boolean(),
      (ruleList, before, asked, keepRatio, bypassed) => {
        const rig = new SamplingRig({
          ...(keepRatio === undefined ? {} : { keepRatio }),
          severityOf,
          serviceOf,
          rules: ruleList,
        });
        for (const { pauseMs, records, repeat } of before) {
          rig.wait(pauseMs);
          rig.send(Array.from({ length: repeat }, () => records).flat());
        }
        if (bypassed) rig.sampler.bypass("even", rig.nowMs + 60_000);
        const batch = rig.batchOf([asked]);
        const scope = {
          id: rigPatternId(asked.pattern),
          service: serviceOf(asked.pattern),
          severityClass: severityClassOf(severityOf(asked.pattern)),
        };
        const line = { batch, record: 0, scope, row: asked.pattern };
        const told = rig.sampler.explain(line, rig.now);
        const again = rig.sampler.explain(line, rig.now);
        expect(again).toEqual(told);
        expect(told.steps.filter((step) => step.matched)).toHaveLength(1);
        expect(told.steps.at(-1)?.step).toBe(told.reason);

        const decisions = new Decisions(1);
        const sender = { trusted: false, peer: 0 };
        rig.sampler.decide({ batch, from: 0, to: 1, index: 0, now: rig.now, sender }, decisions);
        expect(KEEP_REASONS[decisions.reason[0] ?? 255] ?? "muted").toBe(told.reason);
        const p = decisions.probability[0] ?? Number.NaN;
        // A draw is scaled down while its bucket is less than half full; nothing else lies between telling and doing.
        const isDrawn = told.steps.some((step) => step.step === told.reason && !step.matched);
        if (told.reason === "sampled" || isDrawn) {
          expect(p).toBeLessThanOrEqual(told.probability + 2 ** -19);
        } else expect(Math.abs(p - told.probability)).toBeLessThanOrEqual(2 ** -19);
      },
    ),
    { numRuns: 300 },
  );
});
