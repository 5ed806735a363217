import { describe, expect, it } from "vitest";
import type { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";
import { newStage, plainTemplate, signLine } from "../../../../kit/signing.ts";

const NAMES = ["root", "admin", "oracle", "backup", "nagios", "webmaster", "pi", "ftpuser"];

function idsOf(signer: SignatureStage, lines: readonly string[]): string[] {
  const online = lines.map((line) => signer.patterns.id(signLine(signer, line, "s")));
  return online.map((id) => signer.patterns.aliases().get(id) ?? id);
}

describe("TemplateLearner", () => {
  it("turns a word that varies into a slot, and the ids of its shapes into aliases", () => {
    const signer = newStage();
    const ids = idsOf(
      signer,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );

    expect(new Set(ids).size).toBe(1);
    expect(plainTemplate(signer, signer.patterns.find(ids[0]!))).toBe("Invalid user <*> from <*>");
    expect(signer.patterns.aliases().size).toBeGreaterThan(1);
  });

  it("calls onMerge once for every row that was reported and is merged", () => {
    const merges: [row: number, into: number][] = [];
    const signer = newStage({}, { onMerge: (row, into) => merges.push([row, into]) });
    for (const name of NAMES) signLine(signer, `Invalid user ${name} from 10.0.0.1`, "s");

    expect(merges.map(([row]) => plainTemplate(signer, row)).sort()).toEqual(
      NAMES.slice(0, 3)
        .map((name) => `Invalid user ${name} from <*>`)
        .sort(),
    );
    expect(new Set(merges.map(([, into]) => into)).size).toBe(1);
  });

  it("gives a learned pattern the id that the same template has when the scanner masks the values", () => {
    const learned = newStage();
    const [id] = idsOf(
      learned,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );
    const masked = newStage();

    expect(masked.patterns.id(signLine(masked, "Invalid user u1 from 10.0.0.1", "s"))).toBe(id);
  });

  it("reports a new word in a learned slot as the learned pattern at once", () => {
    const signer = newStage();
    idsOf(
      signer,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );
    const row = signLine(signer, "Invalid user zoe from 10.0.0.1", "s");

    expect(plainTemplate(signer, row)).toBe("Invalid user <*> from <*>");
    expect(signer.patterns.known(row)).toBe(true);
  });

  it("turns two places of one line into slots, one after the other", () => {
    const signer = newStage();
    const lines = NAMES.slice(0, 5).flatMap((a) =>
      NAMES.slice(0, 5).map((b) => `session of user ${a} opened by ${b} now`),
    );

    expect(new Set(idsOf(signer, lines)).size).toBe(1);
  });

  it("never merges outcomes, negations, levels and verbs", () => {
    const signer = newStage();
    const words = ["failed", "succeeded", "started", "stopped", "up", "down", "not", "error", "warning", "deleted"];
    const ids = idsOf(
      signer,
      words.map((word) => `the nightly copy of the volume ${word} as planned`),
    );

    expect(new Set(ids).size).toBe(words.length);
  });

  it("keeps words that carry meaning out of a slot that other words made", () => {
    const signer = newStage();
    const values = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa", "lambda", "omega"];
    const words = ["failed", "up", "not", "error", "starting", ...values, "succeeded", "down", "deleted"];
    const ids = idsOf(
      signer,
      words.map((word) => `copy of the service ${word} as planned for tonight`),
    );

    expect(new Set(ids).size).toBe(1 + words.length - values.length);
    expect(new Set(values.map((value) => ids[words.indexOf(value)])).size).toBe(1);
  });

  it("turns two words that always come together into one slot", () => {
    const signer = newStage();
    const lines = Array.from({ length: 12 }, (_, i) => {
      const letters = String.fromCharCode(97 + i).repeat(4);
      return `A letter went to J${letters} S${letters} on paper`;
    });

    expect(new Set(idsOf(signer, lines)).size).toBe(1);
  });

  it("keeps states in capitals apart while they are few", () => {
    const signer = newStage();
    const states = ["RUNNING", "KILLED", "PREPARED", "ASSIGNED", "SCHEDULED", "LOCALIZING"];
    const ids = idsOf(
      signer,
      states.map((state) => `the container went from NEW to ${state} by itself`),
    );

    expect(new Set(ids).size).toBe(states.length);
  });

  it("needs no evidence for what the policy document of another instance has learned", () => {
    const first = newStage();
    const [id] = idsOf(
      first,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );
    const second = newStage();
    second.seed([{ template: "Invalid user <*> from <*>", service: "s", severityClass: 3 }], first.patterns.aliases());

    expect(second.patterns.id(signLine(second, "Invalid user root from 10.0.0.9", "s"))).toBe(id);
    expect(second.patterns.id(signLine(second, "Invalid user carol from 10.0.0.9", "s"))).toBe(id);
  });
});
