import { describe, expect, it } from "vitest";
import type { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";
import type { SeedPattern } from "../../../../../src/core/signature/table/policy-seeds.ts";
import { newStage, signLine } from "../../../../kit/signing.ts";

const INFO_CLASS = 3;
const NAMES = ["root", "admin", "oracle", "backup", "nagios", "webmaster", "zoe", "carol"];

/** The lines of one service on a day; no value of one day comes again on another. */
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

/** The patterns that a policy document has of an instance. */
function documentOf(from: SignatureStage): SeedPattern[] {
  return [...from.patterns.rows()].map((row) => ({
    id: from.patterns.id(row),
    template: from.patterns.template(row),
    service: from.patterns.service(row),
    severityClass: INFO_CLASS,
  }));
}

describe("PolicySeeds", () => {
  it("makes a fresh process find nothing new in lines whose patterns the policy document has", () => {
    const first = newStage();
    for (const line of linesOf(1)) signLine(first, line, "shop");
    const second = newStage();
    second.seed(documentOf(first), first.patterns.aliases());
    const isNews = linesOf(2).filter((line) => !second.patterns.known(signLine(second, line, "shop")));

    expect(isNews).toEqual([]);
  });

  it("makes a fresh process give the ids of the instance that wrote the policy document", () => {
    const first = newStage();
    for (const line of linesOf(1)) signLine(first, line, "shop");
    const second = newStage();
    second.seed(documentOf(first), first.patterns.aliases());

    for (const line of linesOf(2)) {
      const id = second.patterns.id(signLine(second, line, "shop"));
      expect(id, line).toBe(first.patterns.id(signLine(first, line, "shop")));
    }
  });

  it("takes a template with <word> for a learned one", () => {
    const second = newStage();
    second.seed([{ template: "Invalid user <word> from <ip>", service: "shop", severityClass: INFO_CLASS }], []);
    const rows = NAMES.map((name) => signLine(second, `Invalid user ${name} from 10.0.0.1`, "shop"));

    expect(new Set(rows).size).toBe(1);
    expect(second.patterns.known(rows[0] ?? 0)).toBe(true);
  });

  it("leads the ids of an older version to the patterns", () => {
    const first = newStage();
    const line = "order 5 accepted";
    signLine(first, line, "shop");
    const second = newStage();
    second.seed(
      documentOf(first).map((pattern) => ({ ...pattern, id: `0${pattern.id?.slice(1)}` })),
      [],
    );
    const row = signLine(second, line, "shop");

    expect(second.patterns.find(`0${second.patterns.id(row).slice(1)}`)).toBe(row);
    expect(second.patterns.known(row)).toBe(true);
  });

  it("has an effect on these lines: without it a fresh process finds several new patterns", () => {
    const second = newStage();
    const isNews = linesOf(2).filter((line) => !second.patterns.known(signLine(second, line, "shop")));

    expect(isNews.length).toBeGreaterThan(5);
  });
});
