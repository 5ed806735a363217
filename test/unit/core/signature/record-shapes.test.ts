import { describe, expect, it } from "vitest";
import { SignatureStage } from "../../../../src/core/signature/signature-stage.ts";
import type { PlainRecord } from "../../../kit/otlp/record-builder.ts";
import { batchOf } from "../../../kit/otlp/survivors.ts";

/** Templates of the records of one batch, as they stand after it. */
function templatesOf(...records: readonly PlainRecord[]): string[] {
  const stage = new SignatureStage(
    { maxPatterns: 100, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) },
    () => {},
  );
  const { batch } = batchOf(...records);
  stage.assign(batch, 0, batch.recordCount);
  return Array.from(batch.pattern.subarray(0, batch.recordCount), (row) => stage.table.template(row));
}

describe("signature of a record", () => {
  it("is its event's name before anything else", () => {
    expect(
      templatesOf({ eventName: "session.start", body: "user 5" }, { eventName: "session.start", body: 7 }),
    ).toEqual(["event:session.start", "event:session.start"]);
  });

  it("is the keys and the message of a key-value list, in any order", () => {
    const templates = templatesOf(
      { body: { list: { level: "info", msg: "user 5 gone", ms: 3 } } },
      { body: { list: { ms: 7, msg: "user 6 gone", level: "info" } } },
      { body: { list: { ms: 7, user: "joe" } } },
    );

    expect(templates).toEqual(["user <*> gone {level=info,ms,msg}", "user <*> gone {level=info,ms,msg}", "{ms,user}"]);
  });

  it("keeps levels and outcomes apart in every form of an object", () => {
    const forms = (word: string): PlainRecord[] => [
      { body: { list: { msg: "copy 5 ended", outcome: word } } },
      { body: `{"outcome":"${word}","msg":"copy 7 ended"}` },
      { body: `msg="copy 5 ended" outcome=${word}` },
    ];
    const templates = templatesOf(...["failed", "ok", "error"].flatMap(forms));

    expect(new Set(templates).size).toBe(6);
    expect(templates[0]).toBe("copy <*> ended {msg,outcome=failed}");
    expect(templates[1]).toBe(templates[0]);
  });

  it("finds the message one object deeper when there is none at the top", () => {
    const templates = templatesOf(
      { body: '{"level":"INFO","fields":{"message":"order 5 paid","user":7},"target":"shop"}' },
      { body: '{"target":"shop","level":"INFO","fields":{"user":9,"message":"order 6 paid"}}' },
      { body: '{"severity":"INFO","jsonPayload":{"message":"cart emptied"}}' },
      { body: '{"message":"outer","fields":{"message":"inner"}}' },
    );

    expect(templates).toEqual([
      "order <*> paid {fields,level=INFO,target}",
      "order <*> paid {fields,level=INFO,target}",
      "cart emptied {jsonPayload,severity=INFO}",
      "outer {fields,message}",
    ]);
  });

  it("is the same for keys that are values", () => {
    const templates = templatesOf({ body: '{"msg":"totals","7f3":1,"a12":2}' }, { body: '{"msg":"totals","b44":1}' });

    expect(templates[0]).toBe("totals {<*>,msg}");
    expect(templates[1]).toBe(templates[0]);
  });

  it("is one slot for numbers, truth values and lists, and empty without a body", () => {
    expect(templatesOf({ body: 5 }, { body: true }, { body: ["a", 1] }, {})).toEqual(["<*>", "<*>", "<*>", ""]);
  });

  it("is that of the text in bytes", () => {
    expect(templatesOf({ body: new TextEncoder().encode("user 5 gone") })).toEqual(["user <*> gone"]);
  });

  it("reports what was merged within a batch as one pattern", () => {
    const names = ["root", "admin", "oracle", "backup", "nagios"];
    const templates = templatesOf(...names.map((name) => ({ body: `Invalid user ${name} from 10.0.0.1` })));

    expect(new Set(templates)).toEqual(new Set(["Invalid user <*> from <*>"]));
  });
});

describe("long bodies", () => {
  const list = (count: number): string =>
    `trips: [${Array.from({ length: count }, (_, i) => `Trip(id=${i}, to=x)`).join(", ")}]`;
  const plain = (count: number): string =>
    `stops [${Array.from({ length: count }, (_, i) => `Stop{id=${i}}`).join(", ")}]`;

  it("makes no difference between lists of different lengths, cut or whole", () => {
    expect(new Set(templatesOf(...[1, 2, 50, 500, 5000].map((count) => ({ body: list(count) })))).size).toBe(1);
    expect(new Set(templatesOf(...[2, 50, 500, 5000].map((count) => ({ body: plain(count) })))).size).toBe(1);
  });

  it("tells text that goes on from text that ends, and how far in steps of 16", () => {
    const text = (words: number): string => "the quick fox jumps over lazy dogs ".repeat(words);
    const [short, long, longer, far] = templatesOf(...[3, 100, 150, 20_000].map((words) => ({ body: text(words) })));

    expect(short).not.toContain("<...");
    expect(long).toMatch(/ <\.\.\.b>$/);
    expect(longer).toBe(long);
    expect(far).toMatch(/ <\.\.\.d>$/);
  });

  it("examines as many words as it is told, and one that tells that there are more", () => {
    const settings = { maxPatterns: 100, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) };
    const templateOf = (maxWords: number): string => {
      const stage = new SignatureStage({ ...settings, maxWords }, () => {});
      return stage.table.template(stage.signLine("one two three four five six seven eight", "", 9));
    };

    expect(templateOf(8)).toBe("one two three four five six seven eight");
    expect(templateOf(4)).toMatch(/^one two three four five <\.\.\.a>$/);
  });

  it("takes a single word of a megabyte", () => {
    expect(templatesOf({ body: "x".repeat(1 << 20) }, { body: "1".repeat(1 << 20) })).toEqual(["<*>", "<*>"]);
  });
});
