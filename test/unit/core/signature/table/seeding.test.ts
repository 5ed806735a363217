/** Patterns that travel in a policy document: a fresh process takes them for what they are, not for news. */
import { describe, expect, it } from "vitest";
import type { SeedPattern } from "../../../../../src/core/signature/signature-stage.ts";
import { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";

const INFO = 9;
const INFO_CLASS = 3;
const NAMES = ["root", "admin", "oracle", "backup", "nagios", "webmaster", "zoe", "carol"];

function stage(): SignatureStage {
  return new SignatureStage(
    { maxPatterns: 1000, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) },
    () => {},
  );
}

/** A day of one service; no value of one day comes again on another. */
function linesOf(day: number): string[] {
  return Array.from({ length: 80 }, (_, i) => day * 1000 + i).flatMap((n) => [
    `Invalid user ${NAMES[n % NAMES.length]} from 10.0.${day}.${n % 250}`,
    `order ${n} of customer c-${n * 7} accepted in ${n % 40} ms`,
    `{"msg":"cart ${n} emptied","level":"info","user":"u${n}"}`,
    `request ${n} failed\n\tat com.acme.Cart.add(Cart.java:${n})\nCaused by: java.io.IOException: n${n}`,
    `usage: get <id> of ${n}`,
    `cache A${n}: ${n % 2 === 0 ? "hit" : "miss"}`,
  ]);
}

/** What a policy document keeps of an instance. */
function documentOf(from: SignatureStage): SeedPattern[] {
  return [...from.rows()].map((row) => ({
    id: from.id(row),
    template: from.template(row),
    service: from.service(row),
    severityClass: INFO_CLASS,
  }));
}

describe("a fresh process", () => {
  it("sees nothing new in what the policy document knows", () => {
    const first = stage();
    for (const line of linesOf(1)) first.signLine(line, "shop", INFO);
    const second = stage();
    second.seed(documentOf(first), first.aliases());
    const isNews = linesOf(2).filter((line) => !second.known(second.signLine(line, "shop", INFO)));

    expect(isNews).toEqual([]);
  });

  it("gives the ids that the others give", () => {
    const first = stage();
    for (const line of linesOf(1)) first.signLine(line, "shop", INFO);
    const second = stage();
    second.seed(documentOf(first), first.aliases());

    for (const line of linesOf(2)) {
      const id = second.id(second.signLine(line, "shop", INFO));
      expect(id, line).toBe(first.id(first.signLine(line, "shop", INFO)));
    }
  });

  it("knows learned slots by their templates alone", () => {
    const second = stage();
    second.seed([{ template: "Invalid user <word> from <ip>", service: "shop", severityClass: INFO_CLASS }], []);
    const rows = NAMES.map((name) => second.signLine(`Invalid user ${name} from 10.0.0.1`, "shop", INFO));

    expect(new Set(rows).size).toBe(1);
    expect(second.known(rows[0] ?? 0)).toBe(true);
  });

  it("finds patterns by the ids of an older version", () => {
    const first = stage();
    const line = "order 5 accepted";
    first.signLine(line, "shop", INFO);
    const second = stage();
    second.seed(
      documentOf(first).map((pattern) => ({ ...pattern, id: `0${pattern.id?.slice(1)}` })),
      [],
    );
    const row = second.signLine(line, "shop", INFO);

    expect(second.find(`0${second.id(row).slice(1)}`)).toBe(row);
    expect(second.known(row)).toBe(true);
  });

  it("would be flooded without the document", () => {
    const second = stage();
    const isNews = linesOf(2).filter((line) => !second.known(second.signLine(line, "shop", INFO)));

    expect(isNews.length).toBeGreaterThan(5);
  });
});
