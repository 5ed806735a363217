import { describe, expect, it } from "vitest";
import { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";

const INFO = 9;
const NAMES = ["root", "admin", "oracle", "backup", "nagios", "webmaster", "pi", "ftpuser"];

function stage(): SignatureStage {
  return new SignatureStage(
    { maxPatterns: 1000, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) },
    () => {},
  );
}

function idsOf(signer: SignatureStage, lines: readonly string[]): string[] {
  const online = lines.map((line) => signer.id(signer.signLine(line, "s", INFO)));
  return online.map((id) => signer.aliases().get(id) ?? id);
}

describe("learning", () => {
  it("makes a slot of a word that varies, and aliases of the ids before", () => {
    const signer = stage();
    const ids = idsOf(
      signer,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );

    expect(new Set(ids).size).toBe(1);
    expect(signer.table.template(signer.find(ids[0]!))).toBe("Invalid user <*> from <*>");
    expect(signer.aliases().size).toBeGreaterThan(1);
  });

  it("tells of every row that was reported and is merged, once", () => {
    const merges: [row: number, into: number][] = [];
    const signer = new SignatureStage(
      { maxPatterns: 100, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) },
      () => {},
      (row, into) => merges.push([row, into]),
    );
    for (const name of NAMES) signer.signLine(`Invalid user ${name} from 10.0.0.1`, "s", INFO);

    expect(merges.map(([row]) => signer.table.template(row)).sort()).toEqual(
      NAMES.slice(0, 3)
        .map((name) => `Invalid user ${name} from <*>`)
        .sort(),
    );
    expect(new Set(merges.map(([, into]) => into)).size).toBe(1);
  });

  it("gives a learned pattern the id that masked values would have had", () => {
    const learned = stage();
    const [id] = idsOf(
      learned,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );
    const masked = stage();

    expect(masked.id(masked.signLine("Invalid user u1 from 10.0.0.1", "s", INFO))).toBe(id);
  });

  it("reports a new word in a learned slot by the pattern at once", () => {
    const signer = stage();
    idsOf(
      signer,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );
    const row = signer.signLine("Invalid user zoe from 10.0.0.1", "s", INFO);

    expect(signer.table.template(row)).toBe("Invalid user <*> from <*>");
    expect(signer.known(row)).toBe(true);
  });

  it("learns two words of one line, one after the other", () => {
    const signer = stage();
    const lines = NAMES.slice(0, 5).flatMap((a) =>
      NAMES.slice(0, 5).map((b) => `session of user ${a} opened by ${b} now`),
    );

    expect(new Set(idsOf(signer, lines)).size).toBe(1);
  });

  it("never merges outcomes, negations, levels and verbs", () => {
    const signer = stage();
    const words = ["failed", "succeeded", "started", "stopped", "up", "down", "not", "error", "warning", "deleted"];
    const ids = idsOf(
      signer,
      words.map((word) => `the nightly copy of the volume ${word} as planned`),
    );

    expect(new Set(ids).size).toBe(words.length);
  });

  it("leaves words with meaning out of a slot that others made", () => {
    const signer = stage();
    const values = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa", "lambda", "omega"];
    const words = ["failed", "up", "not", "error", "starting", ...values, "succeeded", "down", "deleted"];
    const ids = idsOf(
      signer,
      words.map((word) => `copy of the service ${word} as planned for tonight`),
    );

    expect(new Set(ids).size).toBe(1 + words.length - values.length);
    expect(new Set(values.map((value) => ids[words.indexOf(value)])).size).toBe(1);
  });

  it("learns two words that always come together as one slot", () => {
    const signer = stage();
    const lines = Array.from({ length: 12 }, (_, i) => {
      const letters = String.fromCharCode(97 + i).repeat(4);
      return `A letter went to J${letters} S${letters} on paper`;
    });

    expect(new Set(idsOf(signer, lines)).size).toBe(1);
  });

  it("keeps states in capitals apart while they are few", () => {
    const signer = stage();
    const states = ["RUNNING", "KILLED", "PREPARED", "ASSIGNED", "SCHEDULED", "LOCALIZING"];
    const ids = idsOf(
      signer,
      states.map((state) => `the container went from NEW to ${state} by itself`),
    );

    expect(new Set(ids).size).toBe(states.length);
  });

  it("takes over what another instance learned", () => {
    const first = stage();
    const [id] = idsOf(
      first,
      NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`),
    );
    const second = stage();
    second.seed([{ template: "Invalid user <*> from <*>", service: "s", severityClass: 3 }], first.aliases());

    expect(second.id(second.signLine("Invalid user root from 10.0.0.9", "s", INFO))).toBe(id);
    expect(second.id(second.signLine("Invalid user carol from 10.0.0.9", "s", INFO))).toBe(id);
  });
});
