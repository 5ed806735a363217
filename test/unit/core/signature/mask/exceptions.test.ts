import { describe, expect, it } from "vitest";
import { SignatureStage } from "../../../../../src/core/signature/signature-stage.ts";
import type { PlainRecord } from "../../../../kit/otlp/record-builder.ts";
import { batchOf } from "../../../../kit/otlp/survivors.ts";

function templatesOf(...records: readonly PlainRecord[]): string[] {
  const stage = new SignatureStage(
    { maxPatterns: 100, maxBytes: 2048, maxServices: 10, hashKey: new Uint8Array(16) },
    () => {},
  );
  const { batch } = batchOf(...records);
  stage.assign(batch, 0, batch.recordCount);
  return Array.from(batch.pattern.subarray(0, batch.recordCount), (row) => stage.table.template(row));
}

const JAVA = (line: number): string =>
  [
    `java.io.IOException: disk ${line} is full`,
    `\tat java.base/java.io.FileOutputStream.write(FileOutputStream.java:${line})`,
    `\tat com.acme.Store$$Lambda$${line}/0x000000${line}.run(Unknown Source)`,
    `\tat com.acme.Store.save(Store.java:${line})`,
    `\tat com.acme.Store.save(Store.java:${line})`,
    `\tat com.acme.Main.main(Main.java:${line})`,
    `\tat org.springframework.Boot.run(Boot.java:${line})`,
    `Caused by: java.net.SocketException: reset ${line}`,
  ].join("\n");

describe("templates that loggers send along", () => {
  it.each(["log.record.template", "{OriginalFormat}", "message_template.text"])("stand for the body: %s", (key) => {
    const attributes = { [key]: "User {Name} left after {Ms} ms" };
    const templates = templatesOf(
      { body: "User alice left after 5 ms", attributes },
      { body: "User bob left after 7 ms", attributes },
    );

    expect(templates).toEqual(["User {Name} left after {Ms} ms", "User {Name} left after {Ms} ms"]);
  });

  it("count in JSON bodies too", () => {
    expect(templatesOf({ body: '{"@t":"2024-01-01","@mt":"User {Name} left","Name":"x"}' })).toEqual([
      "User {Name} left {@mt,@t,Name}",
    ]);
  });

  it("give way to an event's name and leave other types alone", () => {
    expect(
      templatesOf(
        { eventName: "user.left", body: "x", attributes: { "log.record.template": "User left" } },
        { body: "x left", attributes: { "log.record.template": 5 } },
      ),
    ).toEqual(["event:user.left", "x left"]);
  });
});

describe("exceptions", () => {
  const records = (line: number): PlainRecord => ({
    body: `saving order ${line} failed`,
    attributes: {
      "exception.type": "java.io.IOException",
      "exception.message": `disk ${line} is full`,
      "exception.stacktrace": JAVA(line),
    },
  });

  it("are told by type and the frames of one's own code, not by lines, lambdas and recursion", () => {
    const templates = templatesOf(records(7), records(1234));

    expect(templates[0]).toBe(
      "saving order <*> failed | java.io.IOException | com.acme.Store | com.acme.Store.save | com.acme.Main.main | java.net.SocketException",
    );
    expect(templates[1]).toBe(templates[0]);
  });

  it("speak by their message where there is no body", () => {
    expect(
      templatesOf({ attributes: { "exception.type": "TypeError", "exception.message": "no property 5 of x" } }),
    ).toEqual(["no property <*> of x | TypeError"]);
  });

  it.each([
    [
      "Python",
      'Traceback (most recent call last):\n  File "/app/main.py", line 3, in main\n    run()\n  File "/usr/lib/python3/site-packages/x.py", line 9, in call\n    f()\n  File "/app/job.py", line 7, in run\n    open(x)\nFileNotFoundError: no file',
      " | run | main | FileNotFoundError",
    ],
    [
      "JavaScript",
      "Error: x\n    at async Store.save (/app/store.js:5:11)\n    at Object.<anonymous> (/app/node_modules/lib/i.js:1:1)\n    at /app/src/main.js:9:3\n    at node:internal/process:95:5",
      " | Store.save | main.js",
    ],
    [
      "Go",
      "goroutine 7 [running]:\nruntime.gopanic(0x1)\n\t/usr/local/go/src/runtime/panic.go:884 +0x213\nmain.(*Server).handle.func1(0xc00)\n\t/app/server.go:42 +0x1d\nmain.main()\n\t/app/main.go:9 +0x25",
      " | main.(*Server).handle.func | main.main",
    ],
    [
      ".NET",
      "System.Exception: x\n   at System.IO.File.Open(String p) in /_/src/File.cs:line 5\n   at Acme.Store.<SaveAsync>d__5.MoveNext() in C:\\src\\Store.cs:line 42",
      " | Acme.Store.<SaveAsync>d__.MoveNext",
    ],
    ["only a library", "Error: x\n    at call (/app/node_modules/lib/i.js:1:1)", " | call"],
  ])("are read in the way of %s", (_, trace, frames) => {
    expect(templatesOf({ body: "failed", attributes: { "exception.stacktrace": trace } })).toEqual([`failed${frames}`]);
  });

  it("are not told twice when the body has the trace", () => {
    const body = `failed\n${JAVA(5)}`;
    const [plain, both] = templatesOf({ body }, { body, attributes: { "exception.stacktrace": JAVA(5) } });

    expect(both).toBe(plain);
  });
});
