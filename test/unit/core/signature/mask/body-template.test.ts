import { describe, expect, it } from "vitest";
import type { PlainRecord } from "../../../../kit/otlp/record-builder.ts";
import { batchOf } from "../../../../kit/otlp/survivors.ts";
import { newStage, plainTemplate, signLine } from "../../../../kit/signing.ts";

/** Templates of the records of one batch, as they stand after it. */
function templatesOf(...records: readonly PlainRecord[]): string[] {
  const stage = newStage();
  const { batch } = batchOf(...records);
  stage.assign(batch, 0, batch.recordCount);
  return Array.from(batch.pattern.subarray(0, batch.recordCount), (row) => plainTemplate(stage, row));
}

function templateOf(text: string): string | undefined {
  return templatesOf({ body: text })[0];
}

describe("BodyTemplate", () => {
  it("uses the name of an event and nothing else of its record", () => {
    expect(
      templatesOf({ eventName: "session.start", body: "user 5" }, { eventName: "session.start", body: 7 }),
    ).toEqual(["event:session.start", "event:session.start"]);
  });

  it("uses the keys and the masked message of a key-value list, in any order", () => {
    const templates = templatesOf(
      { body: { list: { level: "info", msg: "user 5 gone", ms: 3 } } },
      { body: { list: { ms: 7, msg: "user 6 gone", level: "info" } } },
      { body: { list: { ms: 7, user: "joe" } } },
    );

    expect(templates).toEqual(["user <*> gone {level=info,ms,msg}", "user <*> gone {level=info,ms,msg}", "{ms,user}"]);
  });

  it("keeps the values of an object that are levels or outcomes, in every form of it", () => {
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

  it("finds the message in an inner object when the outer one has none", () => {
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

  it("writes all keys with digits as one slot", () => {
    const templates = templatesOf({ body: '{"msg":"totals","7f3":1,"a12":2}' }, { body: '{"msg":"totals","b44":1}' });

    expect(templates[0]).toBe("totals {<*>,msg}");
    expect(templates[1]).toBe(templates[0]);
  });

  it("is one slot for a number, a truth value or a list, and empty without a body", () => {
    expect(templatesOf({ body: 5 }, { body: true }, { body: ["a", 1] }, {})).toEqual(["<*>", "<*>", "<*>", ""]);
  });

  it("reads a body of bytes as text", () => {
    expect(templatesOf({ body: new TextEncoder().encode("user 5 gone") })).toEqual(["user <*> gone"]);
  });

  it("is the learned template for all records of the batch that taught it", () => {
    const names = ["root", "admin", "oracle", "backup", "nagios"];
    const templates = templatesOf(...names.map((name) => ({ body: `Invalid user ${name} from 10.0.0.1` })));

    expect(new Set(templates)).toEqual(new Set(["Invalid user <*> from <*>"]));
  });

  it("uses the keys and the masked message of a JSON text", () => {
    expect(templateOf('{"level":"info","msg":"user 5 gone","id":{"a":[1,"]"]}}')).toBe(
      "user <*> gone {id,level=info,msg}",
    );
  });

  it("uses the first line, the nearest frames and the causes of a stack trace, without line numbers", () => {
    const trace = (line: number): string =>
      `request ${line} failed\n\tat com.acme.Foo.bar(Foo.java:${line})\n\tat com.acme.Main.main(Main.java:2)\nCaused by: java.io.IOException: x${line}`;

    expect(templateOf(trace(7))).toBe(
      "request <*> failed | com.acme.Foo.bar | com.acme.Main.main | java.io.IOException",
    );
    expect(templateOf(trace(8))).toBe(templateOf(trace(7)));
  });
});

describe("BodyTemplate of a long body", () => {
  const list = (count: number): string =>
    `trips: [${Array.from({ length: count }, (_, i) => `Trip(id=${i}, to=x)`).join(", ")}]`;
  const plain = (count: number): string =>
    `stops [${Array.from({ length: count }, (_, i) => `Stop{id=${i}}`).join(", ")}]`;

  it("is the same for lists of different lengths, cut or whole", () => {
    expect(new Set(templatesOf(...[1, 2, 50, 500, 5000].map((count) => ({ body: list(count) })))).size).toBe(1);
    expect(new Set(templatesOf(...[2, 50, 500, 5000].map((count) => ({ body: plain(count) })))).size).toBe(1);
  });

  it("marks text that goes on beyond what is examined, with a letter for each factor of 16", () => {
    const text = (words: number): string => "the quick fox jumps over lazy dogs ".repeat(words);
    const [short, long, longer, far] = templatesOf(...[3, 100, 150, 20_000].map((words) => ({ body: text(words) })));

    expect(short).not.toContain("<...");
    expect(long).toMatch(/ <\.\.\.b>$/);
    expect(longer).toBe(long);
    expect(far).toMatch(/ <\.\.\.d>$/);
  });

  it("ends after maxWords words and one more", () => {
    const templateOf = (maxWords: number): string => {
      const stage = newStage({ maxWords });
      return plainTemplate(stage, signLine(stage, "one two three four five six seven eight"));
    };

    expect(templateOf(8)).toBe("one two three four five six seven eight");
    expect(templateOf(4)).toMatch(/^one two three four five <\.\.\.a>$/);
  });

  it("is one slot for a single word of a megabyte", () => {
    expect(templatesOf({ body: "x".repeat(1 << 20) }, { body: "1".repeat(1 << 20) })).toEqual(["<*>", "<*>"]);
  });
});

describe("BodyTemplate of a record with a template of the logger", () => {
  it.each(["log.record.template", "{OriginalFormat}", "message_template.text"])(
    "uses the attribute %s in place of the body",
    (key) => {
      const attributes = { [key]: "User {Name} left after {Ms} ms" };
      const templates = templatesOf(
        { body: "User alice left after 5 ms", attributes },
        { body: "User bob left after 7 ms", attributes },
      );

      expect(templates).toEqual(["User {Name} left after {Ms} ms", "User {Name} left after {Ms} ms"]);
    },
  );

  it("uses the template in a JSON body", () => {
    expect(templatesOf({ body: '{"@t":"2024-01-01","@mt":"User {Name} left","Name":"x"}' })).toEqual([
      "User {Name} left {@mt,@t,Name}",
    ]);
  });

  it("prefers the name of an event, and ignores attributes that are no text", () => {
    expect(
      templatesOf(
        { eventName: "user.left", body: "x", attributes: { "log.record.template": "User left" } },
        { body: "x left", attributes: { "log.record.template": 5 } },
      ),
    ).toEqual(["event:user.left", "x left"]);
  });
});
