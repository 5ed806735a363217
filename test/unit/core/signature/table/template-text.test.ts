import { describe, expect, it } from "vitest";
import { PatternInspector } from "../../../../../src/core/signature/pattern-inspector.ts";
import { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";
import { batchOf } from "../../../../kit/otlp/survivors.ts";

const INFO = 9;
const KEY = new Uint8Array(16);
const NAMES = ["root", "admin", "oracle", "backup", "nagios", "webmaster"];

function stage(): SignatureStage {
  return new SignatureStage({ maxPatterns: 1000, maxBytes: 2048, maxServices: 10, hashKey: KEY }, () => {});
}

function textOf(...lines: readonly string[]): string {
  const signer = stage();
  const rows = lines.map((line) => signer.signLine(line, "", INFO));
  return signer.template(rows.at(-1) ?? 0);
}

describe("text of a template", () => {
  it.each([
    ["Received block blk_-123 of size 67108864 from /10.251.1.1", "Received block <id> of size <num> from <ip>"],
    ["took 93.0 B, then 5.2 KB", "took <size>, then <size>"],
    ["at Sat Jun 17 07:07:00 CST 2005 it rained", "at <time> it rained"],
    ['payload {"a":[1,"]"]} sent to mail.example.com', "payload <list> sent to <name>"],
    ["  open   /var/log/x.log failed after 5ms ", "open <path> failed after <duration>"],
    ['{"msg":"wait 5 times","n":1}', "wait <num> times {msg,n}"],
    ["session 5dfe1a2c-0f4e-4b1e-9c55-0a2b3c4d5e6f: closed", "session <uuid>: closed"],
    ["tty= mode=ssh", "tty=<*> mode=<word>"],
  ])("names what slots stand for: %s", (line, text) => {
    expect(textOf(line)).toBe(text);
  });

  it("widens when a slot holds two kinds, and keeps the id", () => {
    const signer = stage();
    const row = signer.signLine("peer 10.0.0.1 answered", "", INFO);
    const id = signer.id(row);
    expect(signer.template(row)).toBe("peer <ip> answered");
    signer.signLine("peer 77 answered", "", INFO);

    expect(signer.template(row)).toBe("peer <*> answered");
    expect(signer.id(row)).toBe(id);
  });

  it("names the words of a learned slot", () => {
    expect(textOf(...NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`))).toBe("Invalid user <word> from <ip>");
  });

  it("takes both forms of a policy document for the same pattern", () => {
    const plain = stage();
    const kinds = stage();
    plain.seed([{ template: "user <*> left <*>", service: "s", severityClass: 3 }], []);
    kinds.seed([{ template: "user <word> left <ip>", service: "s", severityClass: 3 }], []);
    const line = "user u7 left 10.0.0.1";

    expect(kinds.id(kinds.signLine(line, "s", INFO))).toBe(plain.id(plain.signLine(line, "s", INFO)));
    expect(kinds.known(kinds.signLine(line, "s", INFO))).toBe(true);
  });

  it.each(["usage: get <id> of 5", "literal \\<num> and 7", "a <*> b 5", "x \\ 5"])(
    "gives back the template it was written from: %s",
    (line) => {
      const first = stage();
      const row = first.signLine(line, "s", INFO);
      const second = stage();
      second.seed([{ template: first.template(row), service: "s", severityClass: 3 }], []);

      expect(second.known(second.signLine(line, "s", INFO))).toBe(true);
      expect(second.createdTotal).toBe(1);
    },
  );
});

describe("inspection", () => {
  it("resolves learned slots and teaches nothing", () => {
    const signer = stage();
    const lines = NAMES.map((name) => ({ body: `Invalid user ${name} from 10.0.0.1` }));
    const { batch } = batchOf(...lines);
    signer.assign(batch, 0, batch.recordCount);
    const { createdTotal } = signer;
    const inspector = new PatternInspector(signer, { maxBytes: 2048, hashKey: KEY });
    const found = inspector.inspect(batchOf({ body: "Invalid user zoe from 10.9.9.9" }).batch, 0, "text");

    expect(found.row).toBe(signer.table.canonical(batch.pattern[0] ?? 0));
    expect(found.template).toBe("Invalid user <word> from <ip>");
    expect(found.tokens.map(({ text, kind }) => `${kind}:${text}`)).toEqual([
      "text:Invalid user",
      "word:zoe",
      "text:from",
      "ip:10.9.9.9",
    ]);
    expect(found.masked).toBe("Invalid user zoe from <*>");
    expect(found.aliases).toContain([...signer.aliases().keys()][0]);
    expect(signer.createdTotal).toBe(createdTotal);
  });

  it("shows a new shape under the id it would get", () => {
    const signer = stage();
    const inspector = new PatternInspector(signer, { maxBytes: 2048, hashKey: KEY });
    const { batch } = batchOf({ body: "something else 5" });
    const found = inspector.inspect(batch, 0, "text");

    expect(found.row).toBe(-1);
    signer.assign(batch, 0, 1);
    expect(signer.id(batch.pattern[0] ?? 0)).toBe(found.id);
  });
});
