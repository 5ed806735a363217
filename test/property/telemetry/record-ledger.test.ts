import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DROP_REASONS, KEEP_REASONS, REJECT_REASONS } from "../../../src/model/decision.ts";
import { RecordLedger } from "../../../src/telemetry/record-ledger.ts";

const records = fc.integer({ min: 0, max: 1_000_000 });
const transport = fc.constantFrom("grpc" as const, "http" as const);
const severity = fc.integer({ min: 0, max: 25 });
const losses = DROP_REASONS.filter((reason) => reason !== "sampled_out" && reason !== "muted");

/** What a pipeline does with a batch: every record that comes in goes exactly one way. */
const lawfulStep = fc.oneof(
  fc.record({ step: fc.constant("reject" as const), transport, reason: fc.constantFrom(...REJECT_REASONS), records }),
  fc.record({
    step: fc.constant("sampleOut" as const),
    transport,
    reason: fc.constantFrom("sampled_out" as const, "muted" as const),
    severity,
    records,
  }),
  fc.record({ step: fc.constant("hold" as const), transport, records }),
  fc.record({ step: fc.constant("queue" as const), transport, reason: fc.constantFrom(...KEEP_REASONS), records }),
  fc.record({ step: fc.constant("recover" as const), records }),
  fc.record({ step: fc.constant("generate" as const), records }),
  fc.record({ step: fc.constant("deliver" as const), reason: fc.constantFrom(...KEEP_REASONS), records }),
  fc.record({ step: fc.constant("lose" as const), reason: fc.constantFrom(...losses), severity, records }),
  fc.record({ step: fc.constant("release" as const), records }),
  fc.record({ step: fc.constant("expire" as const), severity, records }),
);
type LawfulStep = typeof lawfulStep extends fc.Arbitrary<infer Step> ? Step : never;

function take(ledger: RecordLedger, step: LawfulStep): void {
  const { held, queued } = ledger.snapshot();
  switch (step.step) {
    case "reject":
      ledger.received(step.transport, step.records);
      ledger.rejected(step.reason, step.records);
      break;
    case "sampleOut":
      ledger.received(step.transport, step.records);
      ledger.dropped(step.reason, step.severity, step.records);
      break;
    case "hold":
      ledger.received(step.transport, step.records);
      ledger.held(step.records);
      break;
    case "queue":
      ledger.received(step.transport, step.records);
      ledger.kept(step.reason, step.records);
      ledger.queued(step.records);
      break;
    case "recover":
      ledger.recovered(step.records);
      ledger.queued(step.records);
      break;
    case "generate":
      ledger.generated(step.records);
      ledger.queued(step.records);
      break;
    case "deliver": {
      const delivered = Math.min(queued, step.records);
      ledger.queued(-delivered);
      ledger.forwarded(step.reason, delivered);
      break;
    }
    case "lose": {
      const lost = Math.min(queued, step.records);
      ledger.queued(-lost);
      ledger.dropped(step.reason, step.severity, lost);
      break;
    }
    case "release": {
      const released = Math.min(held, step.records);
      ledger.held(-released);
      ledger.kept("context", released);
      ledger.queued(released);
      break;
    }
    case "expire": {
      const expired = Math.min(held, step.records);
      ledger.held(-expired);
      ledger.dropped("sampled_out", step.severity, expired);
      break;
    }
  }
}

describe("the record ledger", () => {
  it("is balanced after every step of any lawful history", () => {
    fc.assert(
      fc.property(fc.array(lawfulStep, { maxLength: 60 }), (history) => {
        const ledger = new RecordLedger();
        for (const step of history) {
          take(ledger, step);
          const snapshot = ledger.snapshot();
          expect(snapshot.error).toBe(0);
          expect(Math.min(...Object.values(snapshot))).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("is off by exactly the records that one forgotten movement leaves behind", () => {
    fc.assert(
      fc.property(
        fc.array(lawfulStep, { maxLength: 30 }),
        transport,
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.nat(),
        (history, by, forgotten, position) => {
          const ledger = new RecordLedger();
          const at = position % (history.length + 1);
          for (const step of history.slice(0, at)) take(ledger, step);
          ledger.received(by, forgotten);
          for (const step of history.slice(at)) take(ledger, step);

          expect(ledger.snapshot().error).toBe(forgotten);
        },
      ),
    );
  });
});
