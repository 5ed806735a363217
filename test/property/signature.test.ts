import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LEVEL_WORDS, NEGATION_WORDS, STATUS_WORDS, VERB_WORDS } from "../../src/core/signature/mask/word-lists.ts";
import { SEVERITY_INFO } from "../../src/model/severity.ts";
import { newStage, signLine } from "../kit/signing.ts";

function idOf(line: string, service = "s", severity: number = SEVERITY_INFO): string {
  const signer = newStage({ maxPatterns: 100 });
  return signer.patterns.id(signLine(signer, line, service, severity));
}

const hex = (digits: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
    .map((nibbles) => nibbles.map((nibble) => nibble.toString(16)).join(""));

/** Kinds of values; two of one kind stand for the same slot. */
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  integer: fc.integer().map(String),
  decimal: fc.tuple(fc.nat(), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
  hex: hex(16).map((text) => `0x${text}`),
  uuid: fc.uuid(),
  ipv4: fc.ipV4(),
  // Without a digit, "::" and "a::" are separators and names of text.
  ipv6: fc.ipV6().filter((address) => /\d/.test(address)),
  mac: fc.array(hex(2), { minLength: 6, maxLength: 6 }).map((groups) => groups.join(":")),
  host: fc
    .tuple(hex(4), fc.constantFrom("example.com", "db.internal", "eu.example.org"))
    .map((parts) => parts.join(".")),
  endpoint: fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65535 })).map(([ip, port]) => `${ip}:${port}`),
  time: fc
    .date({ min: new Date("2000-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  date: fc
    .date({ min: new Date("2000-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
    .map((date) => date.toUTCString()),
  quoted: fc.stringMatching(/^[a-z ]{0,20}$/).map((text) => `"${text}"`),
  duration: fc
    .tuple(fc.nat(9999), fc.constantFrom("ms", "s", " ms", " seconds", "us"))
    .map(([n, unit]) => `${n}${unit}`),
  size: fc.tuple(fc.nat(9999), fc.constantFrom(" B", " KB", " MB", "KiB", " bytes")).map(([n, unit]) => `${n}${unit}`),
  mail: fc.tuple(hex(6), hex(6)).map(([user, host]) => `${user}@${host}.example.com`),
  path: fc.array(hex(4), { minLength: 2, maxLength: 5 }).map((parts) => `/${parts.join("/")}`),
  id: fc.tuple(fc.constantFrom("blk_", "task-", "req-"), fc.nat()).map(([prefix, n]) => `${prefix}${n}`),
};

/** Words that mean nothing to the scanner. */
const word: fc.Arbitrary<string> = fc.constantFrom(
  "disk",
  "volume",
  "customer",
  "basket",
  "sensor",
  "engine",
  "replica",
);
const sentence: fc.Arbitrary<string[]> = fc.array(word, { minLength: 2, maxLength: 8 });

describe("pattern id", () => {
  it.each(Object.keys(VALUES))("stays when only a value changes, of kind %s", (kind) => {
    const value = VALUES[kind]!;
    fc.assert(
      fc.property(sentence, sentence, value, value, (before, after, a, b) => {
        const line = (v: string): string => `${before.join(" ")} ${v} ${after.join(" ")}`;
        expect(idOf(line(a))).toBe(idOf(line(b)));
        const pair = (v: string): string => `${before.join(" ")} key=${v} ${after.join(" ")}`;
        if (!a.includes(" ") && !b.includes(" ")) expect(idOf(pair(a))).toBe(idOf(pair(b)));
      }),
    );
  });

  it.each([
    ["negations", NEGATION_WORDS],
    ["outcomes", STATUS_WORDS],
    ["levels", LEVEL_WORDS],
    ["verbs", VERB_WORDS],
  ])("changes with a word that carries meaning, out of the list of %s", (_, list) => {
    fc.assert(
      fc.property(sentence, sentence, fc.constantFrom(...list), fc.constantFrom(...list), (before, after, a, b) => {
        fc.pre(a !== b);
        const line = (w: string): string => `${before.join(" ")} ${w} ${after.join(" ")}`;
        expect(idOf(line(a))).not.toBe(idOf(line(b)));
      }),
    );
  });

  it("never becomes an alias because words that carry meaning differ", () => {
    fc.assert(
      fc.property(
        sentence,
        fc.shuffledSubarray([...NEGATION_WORDS, ...STATUS_WORDS, ...LEVEL_WORDS], { minLength: 8, maxLength: 16 }),
        (rest, list) => {
          const signer = newStage({ maxPatterns: 100 });
          const ids = list.map((w) => signer.patterns.id(signLine(signer, `the ${w} ${rest.join(" ")}`, "s")));
          const reported = ids.map((id) => signer.patterns.aliases().get(id) ?? id);
          expect(new Set(reported).size).toBe(list.length);
        },
      ),
    );
  });

  it("does not depend on blanks and colour codes", () => {
    fc.assert(
      fc.property(
        sentence,
        fc.nat(),
        fc.constantFrom("  ", "\t", " \t ", "\u001b[31m \u001b[0m"),
        (words, n, blank) => {
          const plain = [...words, String(n)].join(" ");
          expect(idOf([...words, String(n)].join(blank))).toBe(idOf(plain));
          expect(idOf(`  \u001b[1;32m${plain}\u001b[0m  `)).toBe(idOf(plain));
        },
      ),
    );
  });

  it("is a function of line, service and severity class alone", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.string({ maxLength: 10 }),
        fc.integer({ min: 0, max: 25 }),
        (line, service, severity) => {
          const other = newStage({ maxPatterns: 50, hashKey: new Uint8Array(16).fill(99) });
          signLine(other, "something else before", "x", 1);
          expect(other.patterns.id(signLine(other, line, service, severity))).toBe(idOf(line, service, severity));
        },
      ),
    );
  });

  it("differs by service and severity class", () => {
    fc.assert(
      fc.property(sentence, fc.string({ maxLength: 10 }), fc.string({ maxLength: 10 }), (words, a, b) => {
        fc.pre(a !== b);
        const line = words.join(" ");
        expect(idOf(line, a)).not.toBe(idOf(line, b));
        expect(idOf(line, a, 9)).not.toBe(idOf(line, a, 17));
      }),
    );
  });

  it("exists for any bytes, with a template that is text", () => {
    const signer = newStage({ maxPatterns: 100 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        const row = signer.signBytes(bytes, 0, bytes.length, "s", SEVERITY_INFO);
        expect(() => encodeURIComponent(signer.patterns.template(row))).not.toThrow();
        expect(signer.patterns.id(row)).toMatch(/^1[A-Za-z0-9_-]{11}$/);
      }),
      { numRuns: 500 },
    );
  });

  it("exists for any line of punctuation, brackets and quotes, with a template of bounded length", () => {
    const signer = newStage({ maxPatterns: 100 });
    const unit = fc.constantFrom(..."aB9 .,:;=()[]{}<>\"'`/\\@-_|#\n\u001b[");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 3000 }), (line) => {
        const template = signer.patterns.template(signLine(signer, line, "s"));
        expect(template.length).toBeLessThan(6000);
      }),
      { numRuns: 500 },
    );
  });

  it("becomes an alias by learning at most, and then leads to the pattern that the line belongs to", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(sentence, fc.constantFrom("alice", "bob", "carol", "dave", "erin", "failed", "up")), {
          minLength: 20,
          maxLength: 60,
        }),
        (rows) => {
          const signer = newStage({ maxPatterns: 100 });
          const lines = rows.map(([words, name]) => `login of user ${name} at ${words[0] ?? ""} desk now`);
          const online = lines.map((line) => signer.patterns.id(signLine(signer, line, "s")));
          const canonical = (id: string): string => signer.patterns.aliases().get(id) ?? id;
          const ends = online.map(canonical);
          const again = lines.map((line) => signer.patterns.id(signLine(signer, line, "s")));

          expect(again).toEqual(ends);
          for (const id of ends) expect(signer.patterns.aliases().has(id)).toBe(false);
        },
      ),
    );
  });
});
