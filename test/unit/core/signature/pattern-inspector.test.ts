import { describe, expect, it } from "vitest";
import { PatternInspector } from "../../../../src/core/signature/pattern-inspector.ts";
import { batchOf } from "../../../kit/otlp/survivors.ts";
import { newStage } from "../../../kit/signing.ts";

const KEY = new Uint8Array(16);
const NAMES = ["root", "admin", "oracle", "backup", "nagios", "webmaster"];

describe("PatternInspector", () => {
  it("finds the pattern of a learned slot and leaves the table unchanged", () => {
    const signer = newStage();
    const lines = NAMES.map((name) => ({ body: `Invalid user ${name} from 10.0.0.1` }));
    const { batch } = batchOf(...lines);
    signer.assign(batch, 0, batch.recordCount);
    const { created } = signer.stats;
    const inspector = new PatternInspector(signer, { maxBytes: 2048, hashKey: KEY });
    const found = inspector.inspect(batchOf({ body: "Invalid user zoe from 10.9.9.9" }).batch, 0, "text");

    expect(found.row).toBe(batch.pattern[0]);
    expect(found.template).toBe("Invalid user <word> from <ip>");
    expect(found.tokens.map(({ text, kind }) => `${kind}:${text}`)).toEqual([
      "text:Invalid user",
      "word:zoe",
      "text:from",
      "ip:10.9.9.9",
    ]);
    expect(found.masked).toBe("Invalid user zoe from <*>");
    expect(found.aliases).toContain([...signer.patterns.aliases().keys()][0]);
    expect(signer.stats.created).toBe(created);
  });

  it("gives a new shape the id that it would get", () => {
    const signer = newStage();
    const inspector = new PatternInspector(signer, { maxBytes: 2048, hashKey: KEY });
    const { batch } = batchOf({ body: "something else 5" });
    const found = inspector.inspect(batch, 0, "text");

    expect(found.row).toBe(-1);
    signer.assign(batch, 0, 1);
    expect(signer.patterns.id(batch.pattern[0] ?? 0)).toBe(found.id);
  });
});
