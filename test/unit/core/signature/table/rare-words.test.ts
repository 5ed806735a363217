import { describe, expect, it } from "vitest";
import { newStage, signLine } from "../../../../kit/signing.ts";

function textOf(...lines: readonly string[]): string {
  const signer = newStage();
  return signer.patterns.template(lines.map((line) => signLine(signer, line)).at(-1) ?? 0);
}

describe("rareWords in readable templates", () => {
  it.each([
    ["user alice logged in after 5 ms", "user <word> logged in after <duration>"],
    ["wrong password hunter for mallory", "wrong password <word> for <word>"],
    ["cookie XyAbQzLm was bad", "cookie <word> was bad"],
    ["value qwrtzpk came", "value <word> came"],
  ])("are hidden while too few different lines had them: %s", (line, text) => {
    expect(textOf(line)).toBe(text);
    expect(textOf(line, line, line, line)).toBe(text);
  });

  it("are shown once several different lines had them", () => {
    const lines = [1, 2, 3].map((n) => `user daemon slept for ${n} ms`);

    expect(textOf(...lines)).toBe("user daemon slept for <duration>");
  });

  it.each([
    "Failed to open the file system of the server",
    "DataXceiver of NameNode started for block replication",
    "Connection to HTTPS service lost, retrying",
    "worker finished its tasks by itself",
    "dispatcherServlet threw exception",
  ])("do not include the words of ordinary log statements: %s", (line) => {
    expect(textOf(line)).toBe(line);
  });

  it("do not change the pattern id when they are shown", () => {
    const signer = newStage();
    const rows = [1, 2, 3, 4].map((n) => signLine(signer, `user zoe left after ${n} ms`));

    expect(new Set(rows.map((row) => signer.patterns.id(row))).size).toBe(1);
  });
});
