import { describe, expect, it } from "vitest";
import { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";

const INFO = 9;

function stage(): SignatureStage {
  return new SignatureStage(
    { maxPatterns: 1000, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) },
    () => {},
  );
}

function textOf(...lines: readonly string[]): string {
  const signer = stage();
  return signer.template(lines.map((line) => signer.signLine(line, "", INFO)).at(-1) ?? 0);
}

describe("words that may be somebody's", () => {
  it.each([
    ["user alice logged in after 5 ms", "user <word> logged in after <duration>"],
    ["wrong password hunter for mallory", "wrong password <word> for <word>"],
    ["cookie XyAbQzLm was bad", "cookie <word> was bad"],
    ["value qwrtzpk came", "value <word> came"],
  ])("are not shown while too few lines had them: %s", (line, text) => {
    expect(textOf(line)).toBe(text);
    expect(textOf(line, line, line, line)).toBe(text);
  });

  it("are shown when several different lines had them", () => {
    const lines = [1, 2, 3].map((n) => `user daemon slept for ${n} ms`);

    expect(textOf(...lines)).toBe("user daemon slept for <duration>");
  });

  it.each([
    "Failed to open the file system of the server",
    "DataXceiver of NameNode started for block replication",
    "Connection to HTTPS service lost, retrying",
    "worker finished its tasks by itself",
    "dispatcherServlet threw exception",
  ])("are not the words of statements: %s", (line) => {
    expect(textOf(line)).toBe(line);
  });

  it("keep the id of their pattern when they are shown", () => {
    const signer = stage();
    const rows = [1, 2, 3, 4].map((n) => signer.signLine(`user zoe left after ${n} ms`, "", INFO));

    expect(new Set(rows.map((row) => signer.id(row))).size).toBe(1);
  });
});
