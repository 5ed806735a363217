import { describe, expect, it } from "vitest";
import { newStage, signLine } from "../../../../kit/signing.ts";

const NAMES = ["root", "admin", "oracle", "backup", "nagios", "webmaster"];

function textOf(...lines: readonly string[]): string {
  const signer = newStage();
  const rows = lines.map((line) => signLine(signer, line));
  return signer.patterns.template(rows.at(-1) ?? 0);
}

describe("readable template", () => {
  it.each([
    ["Received block blk_-123 of size 67108864 from /10.251.1.1", "Received block <id> of size <num> from <ip>"],
    ["took 93.0 B, then 5.2 KB", "took <size>, then <size>"],
    ["at Sat Jun 17 07:07:00 CST 2005 it rained", "at <time> it rained"],
    ['payload {"a":[1,"]"]} sent to mail.example.com', "payload <list> sent to <name>"],
    ["  open   /var/log/x.log failed after 5ms ", "open <path> failed after <duration>"],
    ['{"msg":"wait 5 times","n":1}', "wait <num> times {msg,n}"],
    ["session 5dfe1a2c-0f4e-4b1e-9c55-0a2b3c4d5e6f: closed", "session <uuid>: closed"],
    ["tty= mode=ssh", "tty=<*> mode=<word>"],
  ])("names the kinds of its slots: %s", (line, text) => {
    expect(textOf(line)).toBe(text);
  });

  it("widens a slot that held two kinds to <*> and leaves the id as it is", () => {
    const signer = newStage();
    const row = signLine(signer, "peer 10.0.0.1 answered");
    const id = signer.patterns.id(row);
    expect(signer.patterns.template(row)).toBe("peer <ip> answered");
    signLine(signer, "peer 77 answered");

    expect(signer.patterns.template(row)).toBe("peer <*> answered");
    expect(signer.patterns.id(row)).toBe(id);
  });

  it("shows a learned slot as <word>", () => {
    expect(textOf(...NAMES.map((name) => `Invalid user ${name} from 10.0.0.1`))).toBe("Invalid user <word> from <ip>");
  });

  it("parses to the same pattern as the plain form", () => {
    const plain = newStage();
    const kinds = newStage();
    plain.seed([{ template: "user <*> left <*>", service: "s", severityClass: 3 }], []);
    kinds.seed([{ template: "user <word> left <ip>", service: "s", severityClass: 3 }], []);
    const line = "user u7 left 10.0.0.1";

    expect(kinds.patterns.id(signLine(kinds, line, "s"))).toBe(plain.patterns.id(signLine(plain, line, "s")));
    expect(kinds.patterns.known(signLine(kinds, line, "s"))).toBe(true);
  });

  it.each(["usage: get <id> of 5", "literal \\<num> and 7", "a <*> b 5", "x \\ 5"])(
    "parses to the template that it was written from: %s",
    (line) => {
      const first = newStage();
      const row = signLine(first, line, "s");
      const second = newStage();
      second.seed([{ template: first.patterns.template(row), service: "s", severityClass: 3 }], []);

      expect(second.patterns.known(signLine(second, line, "s"))).toBe(true);
      expect(second.stats.created).toBe(1);
    },
  );
});
